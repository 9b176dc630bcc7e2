/** What every member of a tree is doing at one moment: the facts from which activity is judged. */

import type { Pace } from "../base/pace.ts";
import type { ActivityTable, ProcessUsage } from "./activity-table.ts";
import type { InputIdentity } from "./child.ts";
import type { ProcessIdentity } from "./identity.ts";
import { waitsForInput } from "./input-waits.ts";
import type { Member } from "./tree.ts";

/** A thread that is blocked in reading the input. */
export interface InputWait {
  readonly thread: number;
  /** Null when it is not told. */
  readonly sleeps: number | null;
}

export interface MemberSample extends ProcessIdentity {
  readonly name: string;
  /** State letter. */
  readonly state: string;
  readonly ownTicks: number;
  readonly reapedTicks: number;
  readonly waits: InputWait | null;
  /** Does nothing but wait for its children. */
  readonly awaitsChildren: boolean;
}

export interface Sample {
  /** Monotonic ms. */
  readonly atMs: number;
  readonly members: readonly MemberSample[];
  readonly leaderEnded: boolean;
}

export interface SampleOptions {
  readonly leader: ProcessIdentity;
  readonly input: InputIdentity | null;
  readonly table: ActivityTable;
  readonly pace: Pace;
  readonly atMs: number;
}

/** Threads that are looked at for what they are blocked in, of one process and in all. A runtime with more of them has its reader among the first. */
const mostThreadsOfOne = 64;
const mostThreads = 256;

export async function takeSample(members: readonly Member[], options: SampleOptions): Promise<Sample> {
  const { table, leader, pace, atMs } = options;
  const usages: { readonly member: Member; readonly usage: ProcessUsage | null }[] = [];
  for (const member of members) {
    usages.push({ member, usage: usageOf(member, table) });
    if (pace.isOver) await pace.turn();
  }
  const someStopped = usages.some(({ usage }) => usage !== null && isStopped(usage.state));
  const samples: MemberSample[] = [];
  let threadsLeft = mostThreads;
  for (const { member, usage } of usages) {
    if (usage === null) continue;
    const threads = isStopped(usage.state) ? [] : threadsOf(member.pid, usage, table).slice(0, threadsLeft);
    const waits = options.input === null ? null : findWait(member, { usage, threads, input: options.input, table });
    threadsLeft -= options.input === null ? 0 : threads.length;
    samples.push({
      pid: member.pid,
      // Not the member's: it may have become another program since.
      name: usage.name,
      startTime: usage.startTime,
      state: usage.state,
      ownTicks: usage.ownTicks,
      reapedTicks: usage.reapedTicks,
      waits,
      awaitsChildren: someStopped && awaitsChildren(member.pid, table),
    });
    if (pace.isOver) await pace.turn();
  }
  return { atMs, members: samples, leaderEnded: hasEnded(leader, table) };
}

/** By a signal, or by whoever traces it. */
export function isStopped(state: string): boolean {
  return state === "T" || state === "t";
}

/** Null when it is not that process any more, or tells nothing. */
function usageOf({ pid, startTime }: ProcessIdentity, table: ActivityTable): ProcessUsage | null {
  const usage = table.usage(pid);
  return typeof usage === "string" || usage.startTime !== startTime ? null : usage;
}

/** A process of one thread needs no listing: the thread has its number. */
function threadsOf(pid: number, { threads }: ProcessUsage, table: ActivityTable): readonly number[] {
  return threads <= 1 ? [pid] : table.threads(pid).slice(0, mostThreadsOfOne);
}

interface Search {
  readonly usage: ProcessUsage;
  readonly threads: readonly number[];
  readonly input: InputIdentity;
  readonly table: ActivityTable;
}

function findWait({ pid }: Member, { usage, threads, input, table }: Search): InputWait | null {
  for (const thread of threads) {
    // The count comes last. Two looks with the same one saw one sleep: whoever had woken in between would have one more.
    const waits = waitsForInput({ pid, thread, terminal: usage.terminal }, input, table);
    if (waits) return { thread, sleeps: table.sleeps(pid, thread) };
  }
  return null;
}

function awaitsChildren(pid: number, table: ActivityTable): boolean {
  const call = table.blockedIn(pid, pid);
  return typeof call !== "string" && call.kind === "children";
}

function hasEnded({ pid, startTime }: ProcessIdentity, table: ActivityTable): boolean {
  const usage = table.usage(pid);
  if (usage === "unreadable") return false;
  return usage === "gone" || usage.startTime !== startTime || (usage.state === "Z" && usage.threads <= 1);
}
