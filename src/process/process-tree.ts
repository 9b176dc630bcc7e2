/** The tree of one command on Linux: who belongs to it, and the verbs on all of them together. */
import { type Clock, systemClock } from "../base/clock.ts";
import { Pace } from "../base/pace.ts";
import { Census, type ObservedProcess } from "./census.ts";
import type { ExitStatus, ProcessIdentity } from "./identity.ts";
import type { Interval } from "./interval.ts";
import type { Mark } from "./mark.ts";
import { type ProcessTable, procfsTable, selfAndAncestors } from "./process-table.ts";
import type { Coverage, Receipt } from "./receipt.ts";
import { Roll } from "./roll.ts";
import { signalProcess } from "./signal.ts";
import { Stop, type StopContext } from "./stop.ts";
import { type Kinship, Sweep } from "./sweep.ts";
import type { Ladder, Member, ProcessTree } from "./tree.ts";

/** A look that only informs gives up after this long, on a machine where pids are allocated faster than they can be examined. */
const longestLookMs = 2_000;

/** How long our ancestors are taken to be the same. */
const rememberedMs = 1_000;

export interface Trees {
  /** To be called in the tick of the spawn: what was allocated later is what may belong to it. */
  createTree(leader: ProcessIdentity, mark: Mark, exited: Promise<ExitStatus>): ProcessTree;
  /** Ends everything that carries a mark, without knowing a leader: for the handles of a host that died. */
  sweepMark(mark: Mark, ladder: Ladder): Promise<Receipt>;
}

/** One per runtime: its trees share their walks over /proc. */
export function createTrees(options: { readonly clock?: Clock; readonly table?: ProcessTable } = {}): Trees {
  const { clock = systemClock, table = procfsTable } = options;
  const pace = new Pace();
  const now = (): number => clock.monotonic();
  const never = remembered(() => selfAndAncestors(table), now);
  const shared = { table, clock, pace, now, never, census: new Census(table, pace) };
  // Asked for once: nobody changes it on a machine that is up.
  const context = { ...shared, largestPid: table.largestPid() };
  const allVisible = table.seesEverybody();
  const coverageOf = (mark: Mark): Coverage => (mark.limits !== null && allVisible ? "marked" : "group");
  return {
    createTree: (leader, mark, exited) =>
      new MarkedTree({ ...context, coverage: coverageOf(mark), leaderExited: exited }, leader, mark),
    sweepMark(mark, ladder) {
      const kinship = newKinship(mark, null, null);
      return new Stop({ ...context, coverage: coverageOf(mark), leaderExited: null }, kinship, ladder).receipt;
    },
  };
}

/** `sweepMark` for who has no runtime. */
export function sweepMark(mark: Mark, ladder: Ladder, clock: Clock = systemClock): Promise<Receipt> {
  return createTrees({ clock }).sweepMark(mark, ladder);
}

class MarkedTree implements ProcessTree {
  readonly #context: StopContext;
  readonly #leader: ProcessIdentity;
  readonly #kinship: Kinship;
  #stop: Stop | null = null;

  constructor(context: StopContext, leader: ProcessIdentity, mark: Mark) {
    this.#context = context;
    this.#leader = leader;
    this.#kinship = newKinship(mark, leader, context.now());
    void context.leaderExited?.then(() => {
      this.#kinship.leaderEnded = true;
    });
  }

  get coverage(): Coverage {
    return this.#context.coverage;
  }

  mayHaveDescendants(): boolean {
    return this.#context.table.lastPid() !== this.#leader.pid;
  }

  async members(): Promise<readonly Member[]> {
    const { members } = await this.#look(() => {});
    return members;
  }

  async signal(signal: NodeJS.Signals, { group }: { readonly group?: number } = {}): Promise<readonly Member[]> {
    const { table } = this.#context;
    const sent = new Set<number>();
    const never = this.#context.never();
    const { members } = await this.#look((member) => {
      if (group !== undefined && member.group !== group) return;
      if (!sent.has(member.pid) && signalProcess(member, signal, { table, never }) === "sent") sent.add(member.pid);
    });
    return members.filter(({ pid }) => sent.has(pid));
  }

  async stop(ladder: Ladder): Promise<Receipt> {
    if (this.#stop !== null) {
      this.#stop.join(ladder);
      return this.#stop.receipt;
    }
    if (this.#isOver()) return this.#nothing();
    const stop = new Stop(this.#context, this.#kinship, ladder);
    this.#stop = stop;
    const again = (): void => {
      this.#stop = null;
    };
    stop.receipt.then(({ survivors, complete }) => {
      // What is over stays as it was reported; what is not may be tried again.
      if (survivors.length > 0 || !complete) again();
    }, again);
    return stop.receipt;
  }

  async keep(): Promise<Receipt> {
    if (this.#isOver()) return this.#nothing();
    const startedAt = this.#context.now();
    const roll = new Roll();
    const { complete, unreadable } = await this.#look((member) => void roll.enter(member));
    const coverage = unreadable ? "group" : this.coverage;
    const durationMs = Math.round(this.#context.now() - startedAt);
    return roll.receipt({ coverage, complete, durationMs, kept: true });
  }

  /** A short command does not pay for the search. */
  #isOver(): boolean {
    return this.#kinship.leaderEnded && !this.mayHaveDescendants();
  }

  #nothing(): Receipt {
    return new Roll().receipt({ coverage: this.coverage, complete: true, durationMs: 0, kept: false });
  }

  async #look(meet: (member: ObservedProcess) => void): Promise<Look> {
    const members = new Map<number, Member>();
    const sweep: Sweep = new Sweep(this.#context, this.#kinship, (member) => {
      meet(member);
      members.set(member.pid, this.#describe(member));
    });
    const complete = await sweep.everybody(this.#context.now() + longestLookMs);
    return { members: [...members.values()].sort((a, b) => a.pid - b.pid), complete, unreadable: sweep.unreadable };
  }

  #describe({ pid, startTime, parentPid, name, state }: ObservedProcess): Member {
    const status = this.#context.table.status(pid);
    return { pid, startTime, parentPid, name, state, uid: typeof status === "string" ? -1 : status.uid };
  }
}

/** Whoever ended since is at worst spared once more; a thousand trees that end together ask once. */
function remembered<Value>(find: () => Value, now: () => number): () => Value {
  let last: { readonly value: Value; readonly atMs: number } | null = null;
  return () => {
    if (last === null || now() - last.atMs > rememberedMs) last = { value: find(), atMs: now() };
    return last.value;
  };
}

interface Look {
  readonly members: readonly Member[];
  readonly complete: boolean;
  readonly unreadable: boolean;
}

function newKinship(mark: Mark, leader: ProcessIdentity | null, spawnedAtMs: number | null): Kinship {
  const limits: Interval | null = mark.limits && { low: BigInt(mark.limits.soft), high: BigInt(mark.limits.hard) };
  const since = leader === null || spawnedAtMs === null ? null : { pid: leader.pid, atMs: spawnedAtMs };
  return {
    leader,
    cookie: mark.cookie,
    limits,
    since,
    groupTrusted: leader !== null,
    leaderEnded: false,
    known: new Map(),
  };
}
