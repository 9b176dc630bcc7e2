/** Looks at what a command is doing, and remembers the look so that the next can tell what happened since. One per running command. */
import { type Clock, sleep } from "../base/clock.ts";
import { Pace } from "../base/pace.ts";
import type { Activity, WaitingMember } from "./activity.ts";
import { type Sample, takeSample } from "./activity-sample.ts";
import { type ActivityTable, procfsActivity } from "./activity-table.ts";
import type { InputIdentity } from "./child.ts";
import type { ProcessIdentity } from "./identity.ts";
import { type Evidence, isBusy, judge } from "./judge-activity.ts";
import { portsOfTree } from "./ports-of-tree.ts";
import type { ProcessTree } from "./tree.ts";

export interface ActivityProbe {
  /** Never rejects: what cannot be found out, or not within a quarter of a second, is `unknown`. */
  look(): Promise<Activity>;
}

export interface ActivityProbeOptions {
  readonly tree: Pick<ProcessTree, "members">;
  readonly leader: ProcessIdentity;
  /** What we can write to; null when nobody can. */
  readonly input: InputIdentity | null;
  /** On the monotonic clock. The spawn is the look before the first: nobody had done anything then. */
  readonly spawnedAtMs: number;
  readonly clock: Clock;
  /** Monotonic ms of the last output; null before the first. */
  readonly lastOutputAt?: () => number | null;
  readonly table?: ActivityTable;
  /** Ports on which these processes accept connections. */
  readonly portsOf?: (pids: readonly number[]) => Promise<readonly number[]>;
}

/** Several answers in one turn of an agent share a look. */
const sharedMs = 20;

/** Between the two samples of a first look: two ticks of processor time and a half. */
const firstWindowMs = 25;

/** No answer waits longer for a look: it only informs. On a machine where pids are used up faster than they can be read it would take seconds. */
const longestLookMs = 250;

const unknown: Activity = { state: "unknown", windowMs: null, ports: [], waiting: null };

export function createActivityProbe(options: ActivityProbeOptions): ActivityProbe {
  return new Probe(options);
}

interface Since {
  readonly sleeps: number;
  readonly sinceMs: number;
}

class Probe implements ActivityProbe {
  readonly #options: ActivityProbeOptions;
  readonly #pace = new Pace();
  #before: Sample | null = null;
  #quietSinceMs: number;
  /** Since when each thread that waits has been seen in the very same sleep. */
  #waits: ReadonlyMap<string, Since> = new Map();
  #last: { readonly activity: Activity; readonly atMs: number } | null = null;
  #looking: Promise<Activity> | null = null;

  constructor(options: ActivityProbeOptions) {
    this.#options = options;
    this.#quietSinceMs = options.spawnedAtMs;
  }

  async look(): Promise<Activity> {
    const { clock } = this.#options;
    if (this.#last !== null && clock.monotonic() - this.#last.atMs < sharedMs) return this.#last.activity;
    this.#looking ??= this.#lookAfresh().finally(() => {
      this.#looking = null;
    });
    const patience = new AbortController();
    const activity = await Promise.race([
      this.#looking,
      sleep(clock, longestLookMs, patience.signal).then(() => unknown),
    ]);
    patience.abort();
    return activity;
  }

  /** Never rejects. */
  async #lookAfresh(): Promise<Activity> {
    const { clock } = this.#options;
    try {
      const activity = await this.#compare();
      this.#last = { activity, atMs: clock.monotonic() };
      return activity;
    } catch {
      // No descriptor is left, or the system has no /proc: that is not the caller's to hear.
      return unknown;
    }
  }

  async #compare(): Promise<Activity> {
    const { clock, spawnedAtMs } = this.#options;
    const spawn: Sample = { atMs: spawnedAtMs, members: [], leaderEnded: false };
    const now = await this.#sample();
    const isFirst = this.#before === null;
    const evidence = this.#evidence(this.#before ?? spawn, now);
    this.#before = now;
    // Work since the start says little of the present; when there was none, or that is not the question, one sample tells it all.
    const workedLately = now.atMs - spawnedAtMs <= firstWindowMs;
    if (!isFirst || workedLately || judge(evidence, []) !== "busy") return this.#conclude(evidence);
    await sleep(clock, firstWindowMs);
    const later = await this.#sample();
    this.#before = later;
    this.#quietSinceMs = now.atMs;
    return this.#conclude(this.#evidence(now, later));
  }

  async #sample(): Promise<Sample> {
    const { tree, clock, leader, input, table = procfsActivity } = this.#options;
    const members = await tree.members();
    return takeSample(members, { leader, input, table, pace: this.#pace, atMs: clock.monotonic() });
  }

  #evidence(before: Sample, now: Sample): Evidence {
    return { before, now, lastOutputAtMs: this.#options.lastOutputAt?.() ?? null };
  }

  async #conclude(evidence: Evidence): Promise<Activity> {
    const { before, now } = evidence;
    const { portsOf = (pids) => portsOfTree(pids, { pace: this.#pace }) } = this.#options;
    const ports = await portsOf(now.members.map(({ pid }) => pid));
    const state = judge(evidence, ports);
    const waiting = this.#noteWaits(now);
    const busy = isBusy(evidence);
    const sinceMs = busy ? before.atMs : this.#quietSinceMs;
    if (busy) this.#quietSinceMs = now.atMs;
    const windowMs = state === "unknown" ? null : Math.round(now.atMs - sinceMs);
    return { state, windowMs, ports, waiting: state === "waiting_on_stdin" ? waiting : null };
  }

  /** The member that has waited longest, the lowest pid among equals. */
  #noteWaits({ members, atMs }: Sample): WaitingMember | null {
    const waits = new Map<string, Since>();
    let longest: WaitingMember | null = null;
    for (const { pid, startTime, name, waits: wait } of members) {
      if (wait === null) continue;
      const key = `${pid}:${startTime}:${wait.thread}`;
      const known = this.#waits.get(key);
      const sinceMs = known !== undefined && known.sleeps === wait.sleeps ? known.sinceMs : atMs;
      if (wait.sleeps !== null) waits.set(key, { sleeps: wait.sleeps, sinceMs });
      const forMs = Math.round(atMs - sinceMs);
      if (longest === null || forMs > longest.forMs) longest = { pid, name, forMs };
    }
    this.#waits = waits;
    return longest;
  }
}
