/** Which pids can belong to processes made since some moment? Pids are given out in ascending order, round and round. Pure. */

/** A moment, by the pid that was allocated last then. */
export interface Moment {
  readonly pid: number;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

export type Allocation =
  | { readonly kind: "none" }
  /** Both ends included. */
  | { readonly kind: "range"; readonly first: number; readonly last: number }
  /** The numbers have come round, or may have. */
  | { readonly kind: "any" };

/**
 * More pids than a machine can allocate in a millisecond: fork serialises on global locks, at one to two hundred thousand a second on
 * the largest machines measured. Within `largestPid / 250` ms the numbers cannot have come all the way round.
 */
const mostPidsPerMs = 250;

export function allocatedSince(moment: Moment, now: Moment, largestPid: number): Allocation {
  if (now.pid === moment.pid) return { kind: "none" };
  if (now.pid < moment.pid || now.atMs - moment.atMs > largestPid / mostPidsPerMs) return { kind: "any" };
  return { kind: "range", first: moment.pid + 1, last: now.pid };
}
