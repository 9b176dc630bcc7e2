/** What a session has going and what waits in its inbox, in a few lines for a model. */
import type { Clock } from "../base/clock.ts";
import { activitiesOf } from "../handle/activities.ts";
import type { Handle } from "../handle/handle.ts";
import { runningHeadline } from "../handle/headline.ts";
import { count, plain } from "../handle/plain.ts";
import { snapshot } from "../handle/snapshot.ts";
import type { MessageRecord } from "../ledger/ledger.ts";
import { messageHeadline } from "./mail-text.ts";

export async function renderDigest(
  handles: readonly Handle[],
  unread: readonly MessageRecord[],
  clock: Clock,
): Promise<string> {
  // As they are now: one that ends during the looks is among the unread of a later digest.
  const snapshots = handles.map((handle) => snapshot(handle, clock, 0));
  const activities = await activitiesOf(handles, clock);
  const running = snapshots.map((now) => {
    const activity = activities.get(now.handleId) ?? null;
    return `${runningHeadline({ ...now, activity })} ${plain(now.label ?? now.command)}`;
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
