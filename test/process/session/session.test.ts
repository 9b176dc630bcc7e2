/** One suite for sessions, wherever they are: what users of the library rely on holds across a connection too. */
import { describe } from "vitest";
import { sessionHosts } from "../../support/session-hosts.ts";
import { describeCalls } from "../../support/session-suite/calls.ts";
import { describeCancel } from "../../support/session-suite/cancel.ts";
import { describeInbox } from "../../support/session-suite/inbox.ts";
import { describeOptions } from "../../support/session-suite/options.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe.each(sessionHosts)("a session: $name", (kind) => {
  describeCalls(kind);
  describeCancel(kind);
  describeInbox(kind);
  describeOptions(kind);
});
