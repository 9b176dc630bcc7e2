/** The machine's processes as a port: what can be read about them, and kill(2). Tests give a simulated one. */
import { errnoOf } from "../base/errors.ts";
import type { Interval } from "./interval.ts";
import type { Cookie, ProcessStat, ProcessStatus, Reading } from "./procfs.ts";
import * as procfs from "./procfs.ts";

export interface ProcessTable {
  /** Ascending; processes, not threads. */
  pids(): readonly number[];
  stat(pid: number): Reading<ProcessStat>;
  status(pid: number): Reading<ProcessStatus>;
  limits(pid: number): Reading<Interval>;
  cookie(pid: number): Reading<Cookie>;
  /** Rises with each process and thread that is made, and starts again from below at `largestPid`. */
  lastPid(): number;
  largestPid(): number;
  /** Whether nobody hides from `pids`. */
  seesEverybody(): boolean;
  kill(pid: number, signal: NodeJS.Signals): "sent" | "gone" | "not_permitted";
  /** Whether the process group has any process, zombies included. Signals nobody. */
  groupExists(group: number): boolean;
}

export const procfsTable: ProcessTable = {
  pids: procfs.listPids,
  stat: procfs.readStat,
  status: procfs.readStatus,
  limits: procfs.readLimits,
  cookie: procfs.readCookie,
  lastPid: procfs.lastAllocatedPid,
  largestPid: procfs.largestPid,
  seesEverybody: procfs.seesEveryProcess,
  kill(pid, signal) {
    try {
      process.kill(pid, signal);
      return "sent";
    } catch (error) {
      if (errnoOf(error) === "EPERM") return "not_permitted";
      if (errnoOf(error) === "ESRCH") return "gone";
      throw error;
    }
  },
  groupExists(group) {
    try {
      process.kill(-group, 0);
      return true;
    } catch (error) {
      return errnoOf(error) !== "ESRCH";
    }
  },
};

/** Whether nothing of it runs any more. A leader thread that ended before its other threads shows as Z, and the process lives on. */
export function isDead(stat: Pick<ProcessStat, "state" | "threads">): boolean {
  return (stat.state === "Z" && stat.threads <= 1) || stat.state === "X" || stat.state === "x";
}

/** Us and everybody above us: never signalled, whatever marks they carry. */
export function selfAndAncestors(table: ProcessTable, self: number = process.pid): ReadonlySet<number> {
  const line = new Set<number>();
  for (let pid = self; pid > 0 && !line.has(pid); ) {
    line.add(pid);
    const stat = table.stat(pid);
    pid = typeof stat === "string" ? 0 : stat.parentPid;
  }
  return line;
}
