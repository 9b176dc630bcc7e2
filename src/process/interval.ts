/** Intervals of RLIMIT_RTTIME values: nested runtimes take sub-intervals, so that belonging is containment. Pure arithmetic. */

/** Both ends belong to it. For a process: its soft and its hard limit, in µs. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * Where marks live: beyond 146,000 years of CPU time, so that no limit here is ever reached, and below RLIM_INFINITY and the sign bit.
 * Only real-time tasks are counted against RLIMIT_RTTIME at all.
 */
export const topRange: Interval = { low: 2n ** 62n, high: 2n ** 63n - 1n };

/** How an interval is divided: into slots for runtimes, and each of these into slots for handles. */
export interface Division {
  readonly enclosing: Interval;
  readonly hostBits: number;
  readonly handleBits: number;
}

/**
 * Divisions by what is left, widest first. At the top, 4 million runtimes with 65,536 handles each; what a handle leaves (24 bits) is
 * enough for a nested runtime. What that leaves is not divided again: among so few slots two runtimes would meet, and take each other's
 * processes for their own. A runtime three deep has the environment, groups and parents.
 */
const divisions = [
  { bits: 62, hostBits: 22, handleBits: 16 },
  { bits: 24, hostBits: 9, handleBits: 8 },
] as const;

export function contains(outer: Interval, inner: Interval): boolean {
  return outer.low <= inner.low && inner.high <= outer.high;
}

export function overlaps(a: Interval, b: Interval): boolean {
  return a.low <= b.high && b.low <= a.high;
}

/** How a runtime with these own limits divides its range; null when there is no room, or a foreign limit stands in the way. */
export function divide(own: Interval, infinity: bigint): Division | null {
  const nested = contains(topRange, own) && own.low <= own.high;
  if (!nested && (own.low !== infinity || own.high !== infinity)) return null;
  const enclosing = nested ? own : topRange;
  const bits = floorLog2(enclosing.high - enclosing.low + 1n);
  const fit = divisions.find((division) => division.bits <= bits);
  return fit === undefined ? null : { enclosing, hostBits: fit.hostBits, handleBits: fit.handleBits };
}

/** Slot `index` of `2 ** bits` equal ones; what a division leaves over at the upper end is not used. */
export function slotOf(enclosing: Interval, bits: number, index: number): Interval {
  const width = 2n ** BigInt(floorLog2(enclosing.high - enclosing.low + 1n) - bits);
  const low = enclosing.low + width * BigInt(index);
  return { low, high: low + width - 1n };
}

function floorLog2(value: bigint): number {
  return value.toString(2).length - 1;
}
