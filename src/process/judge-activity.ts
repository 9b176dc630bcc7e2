/** From two samples of a tree to one word. Pure. */
import type { ActivityState } from "./activity.ts";
import { isStopped, type MemberSample, type Sample } from "./activity-sample.ts";
import { tickMs } from "./activity-table.ts";

export interface Evidence {
  readonly before: Sample;
  readonly now: Sample;
  /** Monotonic ms; null before the first output. */
  readonly lastOutputAtMs: number | null;
}

/**
 * Share of one processor from which a tree is busy. A server that waits wakes up for timers and is charged a tick now and then: some
 * thousandths. Watchers that poll files use one or two hundredths. Work that is held up by something else still uses more.
 */
const busyShare = 0.02;

export function judge(evidence: Evidence, ports: readonly number[]): ActivityState {
  const { members, leaderEnded } = evidence.now;
  if (members.length === 0) return "unknown";
  if (allStopped(members)) return "stopped";
  if (members.some(({ waits }) => waits !== null)) return "waiting_on_stdin";
  if (leaderEnded) return "only_descendants_left";
  if (isBusy(evidence)) return "busy";
  return ports.length > 0 ? "listening" : "idle";
}

/** Whether it did anything between the two, or does now. */
export function isBusy({ before, now, lastOutputAtMs }: Evidence): boolean {
  // R: runs or would like to; D: waits for a disk.
  if (now.members.some(({ state }) => state === "R" || state === "D")) return true;
  if (lastOutputAtMs !== null && lastOutputAtMs > before.atMs) return true;
  return usedMs(before, now) >= Math.max(tickMs, busyShare * (now.atMs - before.atMs));
}

/** A shell that waits for a child that is stopped goes on no more than the child does. */
function allStopped(members: readonly MemberSample[]): boolean {
  const stopped = members.filter(({ state }) => isStopped(state));
  return stopped.length > 0 && members.every(({ state, awaitsChildren }) => isStopped(state) || awaitsChildren);
}

/**
 * Processor time of the tree between the samples. Over all members together it also has what ended in between, which its parent was
 * charged for; one by one it has what those who lost a child to init did.
 */
function usedMs(before: Sample, now: Sample): number {
  const known = new Map(before.members.map((member) => [keyOf(member), member]));
  let oneByOne = 0;
  for (const member of now.members) {
    oneByOne += Math.max(0, member.ownTicks - (known.get(keyOf(member))?.ownTicks ?? 0));
  }
  return Math.max(oneByOne, total(now) - total(before)) * tickMs;
}

function total({ members }: Sample): number {
  return members.reduce((sum, { ownTicks, reapedTicks }) => sum + ownTicks + reapedTicks, 0);
}

function keyOf({ pid, startTime }: MemberSample): string {
  return `${pid}:${startTime}`;
}
