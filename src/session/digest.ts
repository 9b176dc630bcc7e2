/** What a session has going and what waits in its inbox, in a few lines for a model. */
import type { Clock } from "../base/clock.ts";
import type { Handle } from "../handle/handle.ts";
import { runningHeadline } from "../handle/headline.ts";
import { count, plain } from "../handle/plain.ts";
import { snapshot } from "../handle/snapshot.ts";
import type { MessageRecord } from "../ledger/ledger.ts";
import { messageHeadline } from "./mail-text.ts";

export function renderDigest(handles: readonly Handle[], unread: readonly MessageRecord[], clock: Clock): string {
  const running = handles.map((handle) => {
    const now = snapshot(handle, clock, 0);
    return `${runningHeadline(now)} ${plain(handle.request.label ?? now.command)}`;
  });
  const waiting = unread
    .filter((message) => message.kind !== "tool_progress")
    .map((message) => messageHeadline(message));
  return [
    `${count(running.length, "command")} running`,
    ...running,
    `${count(waiting.length, "unread result")} in the inbox`,
    ...waiting,
  ].join("\n");
}
