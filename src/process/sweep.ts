/**
 * Finds the members of a tree wherever they ran. A descendant can only have a pid that was allocated since the spawn, so what was
 * allocated is examined, and what was allocated meanwhile, until nothing is new: no fork outruns it.
 */

import type { Pace } from "../base/pace.ts";
import { type Allocation, allocatedSince, type Moment } from "./allocation.ts";
import { type Census, type ObservedProcess, observe } from "./census.ts";
import type { ProcessIdentity } from "./identity.ts";
import type { Interval } from "./interval.ts";
import { type Kin, membershipOf, startedBefore } from "./membership.ts";
import { isDead, type ProcessTable } from "./process-table.ts";

/** What all sweeps of a runtime share. */
export interface SweepContext {
  readonly table: ProcessTable;
  readonly census: Census;
  readonly pace: Pace;
  readonly largestPid: number;
  /** Us and our ancestors, as they are now. */
  readonly never: () => ReadonlySet<number>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** By what one tree is known; lives as long as the tree, so that what one look learned helps the next. */
export interface Kinship {
  readonly leader: ProcessIdentity | null;
  readonly cookie: string;
  readonly limits: Interval | null;
  /** When the leader was spawned: its pid was the last one then. Null when that is not known. */
  readonly since: Moment | null;
  groupTrusted: boolean;
  leaderEnded: boolean;
  readonly known: Map<number, string>;
}

/** Called in the same synchronous slice in which the member was found, so that a signal reaches it before it can fork again. */
export type Meet = (member: ObservedProcess) => void;

/** Up to this many numbers are tried one by one; beyond, listing /proc is cheaper (84 µs for 75 processes, against 12 µs a miss). */
const fewPids = 16;

export class Sweep {
  readonly #context: SweepContext;
  readonly #kinship: Kinship;
  readonly #kin: Kin;
  readonly #meet: Meet;
  #examinedUpTo: Moment;
  /** Of this pass: no members by what is known so far, but their parent may yet turn out to be one. */
  #strangers: ObservedProcess[] = [];
  #unreadable = false;

  constructor(context: SweepContext, kinship: Kinship, meet: Meet) {
    this.#context = context;
    this.#kinship = kinship;
    this.#meet = meet;
    const never = context.never();
    // `groupTrusted` is read through, since a pass may change it.
    this.#kin = {
      ...kinship,
      never,
      get groupTrusted() {
        return kinship.groupTrusted;
      },
    };
    this.#examinedUpTo = this.#moment();
  }

  /** Whether some process would not say whose it is. */
  get unreadable(): boolean {
    return this.#unreadable;
  }

  /** Examines everything that was allocated since the spawn, and calls `meet` for each live member, known ones included. */
  async everybody(deadline: number): Promise<boolean> {
    this.#startPass();
    const before = this.#moment();
    const { since } = this.#kinship;
    const allocation =
      since === null ? ({ kind: "any" } as const) : allocatedSince(since, before, this.#context.largestPid);
    this.#examinedUpTo = before;
    if (since !== null && allocation.kind !== "any") this.#examine(since.pid);
    await this.#examineAll(allocation);
    return this.newcomers(deadline);
  }

  /**
   * Examines what was allocated since the last look, again and again until that is nothing; false when the deadline came first.
   * A pid can be allocated and not be visible yet, while its parent is still inside fork. If that parent is killed meanwhile, fork
   * either had made the child visible before the signal was queued (both happen under one lock) or gives up and there is no child.
   * So once everybody who was killed is gone, one more look at everything sees every child there is.
   */
  async newcomers(deadline: number): Promise<boolean> {
    this.#strangers = [];
    for (;;) {
      const moment = this.#moment();
      const allocation = allocatedSince(this.#examinedUpTo, moment, this.#context.largestPid);
      this.#examinedUpTo = moment;
      if (allocation.kind === "none") return true;
      await this.#examineAll(allocation);
      if (this.#context.now() >= deadline) return this.#context.table.lastPid() === moment.pid;
      if (this.#context.pace.isOver) await this.#context.pace.turn();
    }
  }

  /** Takes nothing for granted between passes: known members may have died, the leader's number may belong to another. */
  #startPass(): void {
    const { leader, known } = this.#kinship;
    this.#strangers = [];
    for (const [pid, startTime] of known) {
      if (!isStill(this.#context.table, { pid, startTime })) known.delete(pid);
    }
    if (leader === null) return;
    const stat = this.#context.table.stat(leader.pid);
    if (typeof stat !== "string" && stat.startTime !== leader.startTime) this.#kinship.groupTrusted = false;
  }

  async #examineAll(allocation: Allocation): Promise<void> {
    if (allocation.kind === "none") return;
    if (allocation.kind === "any") return this.#examineEverybody();
    const { first, last } = allocation;
    if (last - first < fewPids) {
      for (let pid = first; pid <= last; pid++) this.#examine(pid);
      return;
    }
    const isNew = (pid: number): boolean => pid >= first && pid <= last;
    await this.#inSlices(this.#context.table.pids().filter(isNew), (pid) => this.#examine(pid));
  }

  async #examineEverybody(): Promise<void> {
    const { processes, unreadable } = await this.#context.census.everybody();
    this.#unreadable ||= unreadable;
    const { leader, leaderEnded } = this.#kinship;
    let sessionSeen = false;
    await this.#inSlices(processes, (process) => {
      sessionSeen ||= process.session === leader?.pid;
      this.#consider(process);
    });
    // Nobody left in it and nobody to open it again: from now on the number can only come back as somebody else's.
    if (leader !== null && leaderEnded && !sessionSeen && !this.#context.table.groupExists(leader.pid)) {
      this.#kinship.groupTrusted = false;
    }
  }

  async #inSlices<Item>(items: readonly Item[], each: (item: Item) => void): Promise<void> {
    for (const item of items) {
      each(item);
      if (this.#context.pace.isOver) await this.#context.pace.turn();
    }
  }

  #examine(pid: number): void {
    const process = observe(pid, this.#context.table);
    if (process === "unreadable") this.#unreadable = true;
    else if (process !== null) this.#consider(process);
  }

  #consider(process: ObservedProcess): void {
    if (this.#kin.leader !== null && startedBefore(process.startTime, this.#kin.leader.startTime)) return;
    if (membershipOf(process, this.#kin) === null) {
      this.#unreadable ||= this.#kin.limits !== null && process.limits === "unreadable";
      if (!isDead(process)) this.#strangers.push(process);
      return;
    }
    this.#welcome(process);
  }

  #welcome(process: ObservedProcess): void {
    if (isThread(process, this.#context.table)) return;
    this.#kinship.known.set(process.pid, process.startTime);
    this.#meet(process);
    const children = this.#strangers.filter(({ parentPid }) => parentPid === process.pid);
    this.#strangers = this.#strangers.filter(({ parentPid }) => parentPid !== process.pid);
    for (const child of children) this.#consider(child);
  }

  #moment(): Moment {
    return { pid: this.#context.table.lastPid(), atMs: this.#context.now() };
  }
}

/** /proc/TID opens for threads too, though they are not listed; their process is found under its own number. */
function isThread({ pid, threads }: ObservedProcess, table: ProcessTable): boolean {
  if (threads <= 1) return false;
  const status = table.status(pid);
  return typeof status !== "string" && status.threadGroup !== pid;
}

/** Whether that very process is alive. */
export function isStill(table: ProcessTable, { pid, startTime }: ProcessIdentity): boolean {
  const stat = table.stat(pid);
  return stat === "unreadable" || (stat !== "gone" && stat.startTime === startTime && !isDead(stat));
}
