/** The only place that signals a process: after its start time was read again, so that a reused pid is never hit. */
import type { ProcessIdentity } from "./identity.ts";
import { isDead, type ProcessTable } from "./process-table.ts";

/** `refused`: pid 0 or 1, ourselves, or an ancestor of ours. */
export type SignalResult = "sent" | "gone" | "not_permitted" | "refused";

/** A stopped process cannot act on these until it is continued. */
const waitsForContinue: ReadonlySet<NodeJS.Signals> = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"]);

export interface SignalContext {
  readonly table: ProcessTable;
  /** Us and our ancestors. */
  readonly never: ReadonlySet<number>;
}

/** Between the look and kill(2) lie microseconds, in which the pid would have to die, be reaped and come round again. */
export function signalProcess(
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
  { table, never }: SignalContext,
): SignalResult {
  // Also 0 and negative numbers: kill(2) would take them for whole groups, ours among them.
  if (!(identity.pid > 1) || never.has(identity.pid)) return "refused";
  const stat = table.stat(identity.pid);
  if (stat === "unreadable") return "not_permitted";
  if (stat === "gone" || stat.startTime !== identity.startTime || isDead(stat)) return "gone";
  const result = table.kill(identity.pid, signal);
  if (result === "sent" && stat.state === "T" && waitsForContinue.has(signal)) table.kill(identity.pid, "SIGCONT");
  return result;
}
