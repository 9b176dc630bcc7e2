/** Whose is a process? The pure decision, with its evidence. It errs towards leaving alone what carries another handle's mark. */
import type { ProcessIdentity } from "./identity.ts";
import { contains, type Interval, topRange } from "./interval.ts";
import { isDead } from "./process-table.ts";
import type { Cookie, ProcessStat, Reading } from "./procfs.ts";

/** What decides. `limits` and `cookie` may be costly getters: they are asked for last. */
export interface ProcessFacts extends ProcessStat {
  readonly limits: Reading<Interval>;
  readonly cookie: Reading<Cookie>;
}

/** By what a tree's processes are known. */
export interface Kin {
  /** Null when only the mark is known (the handles of a host that died). */
  readonly leader: ProcessIdentity | null;
  readonly cookie: string;
  readonly limits: Interval | null;
  /** False once the number of the leader's group and session may belong to somebody else. */
  readonly groupTrusted: boolean;
  /** Live members found so far: pid → start time. */
  readonly known: ReadonlyMap<number, string>;
  /** Us and our ancestors. */
  readonly never: ReadonlySet<number>;
}

export type Evidence = "leader" | "known" | "limits" | "cookie" | "group" | "session" | "parent";

/** Why the process belongs to the tree; null when it does not, or is dead. */
export function membershipOf(process: ProcessFacts, kin: Kin): Evidence | null {
  if (process.pid <= 1 || kin.never.has(process.pid) || isDead(process)) return null;
  if (kin.leader !== null && startedBefore(process.startTime, kin.leader.startTime)) return null;
  if (kin.leader?.pid === process.pid && kin.leader.startTime === process.startTime) return "leader";
  if (kin.known.get(process.pid) === process.startTime) return "known";
  if (kin.limits !== null) {
    if (hasLimitsWithin(process, kin.limits)) return "limits";
    if (isElsewhere(process, kin.limits)) return null;
  }
  if (hasCookieWithin(process, kin.cookie)) return "cookie";
  const relation = relationOf(process, kin);
  return relation !== null && !isForeign(process, kin) ? relation : null;
}

/** Cookies nest by prefix: `a/b` runs somewhere below `a`. */
function isCookieWithin(cookie: string, ours: string): boolean {
  return cookie === ours || cookie.startsWith(`${ours}/`);
}

/** Decimal numbers of any length, in clock ticks. */
export function startedBefore(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}

function relationOf(process: ProcessFacts, kin: Kin): Evidence | null {
  if (kin.leader !== null && kin.groupTrusted) {
    if (process.group === kin.leader.pid) return "group";
    if (process.session === kin.leader.pid) return "session";
  }
  return kin.known.has(process.parentPid) ? "parent" : null;
}

/** Under limits that no descendant of ours can have: those of a sibling. Limits around ours may be of one that has yet to take its own. */
function isElsewhere({ limits }: ProcessFacts, ours: Interval): boolean {
  return typeof limits !== "string" && contains(topRange, limits) && !contains(limits, ours);
}

/** Carries the mark of something that is not within ours. Without limits of our own, limits prove nothing: ours have the host's. */
function isForeign(process: ProcessFacts, kin: Kin): boolean {
  const { limits, cookie } = process;
  if (kin.limits !== null && typeof limits !== "string" && contains(topRange, limits)) return true;
  return typeof cookie !== "string" && cookie.value !== null && !isCookieWithin(cookie.value, kin.cookie);
}

function hasLimitsWithin({ limits }: ProcessFacts, ours: Interval): boolean {
  return typeof limits !== "string" && contains(ours, limits);
}

function hasCookieWithin({ cookie }: ProcessFacts, ours: string): boolean {
  return typeof cookie !== "string" && cookie.value !== null && isCookieWithin(cookie.value, ours);
}
