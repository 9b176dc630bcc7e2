/** The agreement of the ledger, one behaviour a line: every store must pass all of it. */
import { describe } from "vitest";
import { describeHandles } from "./conformance/handles.ts";
import { describeHosts } from "./conformance/hosts.ts";
import { describeInbox } from "./conformance/inbox.ts";
import { describeSessions } from "./conformance/sessions.ts";
import type { OpenLedger } from "./conformance/world.ts";

export function describeLedger(name: string, open: OpenLedger): void {
  describe(name, () => {
    describeHosts(open);
    describeHandles(open);
    describeInbox(open);
    describeSessions(open);
  });
}
