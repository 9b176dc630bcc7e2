/** Looks at every process of the machine, once for everybody who asks: a thousand trees that end together share a walk or two. */

import type { Pace } from "../base/pace.ts";
import type { Interval } from "./interval.ts";
import type { ProcessFacts } from "./membership.ts";
import type { ProcessTable } from "./process-table.ts";
import type { Cookie, ProcessStat, Reading } from "./procfs.ts";

/** A process as it was at the look. Limits and environment are read when first asked for, and then kept. */
export class ObservedProcess implements ProcessFacts {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  readonly startTime: string;
  readonly #table: ProcessTable;
  #limits: Reading<Interval> | undefined;
  #cookie: Reading<Cookie> | undefined;

  constructor(stat: ProcessStat, table: ProcessTable) {
    this.pid = stat.pid;
    this.name = stat.name;
    this.state = stat.state;
    this.parentPid = stat.parentPid;
    this.group = stat.group;
    this.session = stat.session;
    this.threads = stat.threads;
    this.startTime = stat.startTime;
    this.#table = table;
  }

  get limits(): Reading<Interval> {
    this.#limits ??= this.#table.limits(this.pid);
    return this.#limits;
  }

  get cookie(): Reading<Cookie> {
    this.#cookie ??= this.#table.cookie(this.pid);
    return this.#cookie;
  }
}

/** Null when the process is gone; `unreadable` when it is there and closed to us. */
export function observe(pid: number, table: ProcessTable): ObservedProcess | "unreadable" | null {
  const stat = table.stat(pid);
  if (stat === "gone") return null;
  return stat === "unreadable" ? stat : new ObservedProcess(stat, table);
}

export interface CensusResult {
  readonly processes: readonly ObservedProcess[];
  /** Some process would not say anything. */
  readonly unreadable: boolean;
}

export class Census {
  readonly #table: ProcessTable;
  readonly #pace: Pace;
  #running: Promise<CensusResult> | null = null;
  #next: Promise<CensusResult> | null = null;

  constructor(table: ProcessTable, pace: Pace) {
    this.#table = table;
    this.#pace = pace;
  }

  /** A walk that begins after this call, so that it sees whatever exists now. */
  everybody(): Promise<CensusResult> {
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#start();
    });
    return this.#next;
  }

  #start(): Promise<CensusResult> {
    const walk = this.#walk().finally(() => {
      if (this.#running === walk) this.#running = null;
    });
    this.#running = walk;
    return walk;
  }

  async #walk(): Promise<CensusResult> {
    const processes: ObservedProcess[] = [];
    let unreadable = false;
    for (const pid of this.#table.pids()) {
      const process = observe(pid, this.#table);
      if (process === "unreadable") unreadable = true;
      else if (process !== null) processes.push(process);
      if (this.#pace.isOver) await this.#pace.turn();
    }
    return { processes, unreadable };
  }
}
