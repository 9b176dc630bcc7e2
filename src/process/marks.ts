/** Gives each handle a mark of its own within the runtime's interval, itself within the mark of whatever runs the runtime. */
import { randomBytes, randomInt } from "node:crypto";
import { contains, type Division, divide, type Interval, overlaps, slotOf } from "./interval.ts";
import type { Mark } from "./mark.ts";
import { findLimitWrapper, type LimitWrapper } from "./mark-limits.ts";
import { type ProcessTable, procfsTable } from "./process-table.ts";
import { unlimited } from "./procfs.ts";

export interface Marks {
  /** A mark for a handle that is about to be placed. The first call probes what this machine can do. */
  newMark(handleId: string): Promise<Mark>;
  /** argv under the mark's limits; argv itself where the mark has none. The cookie is for the launcher to put into the environment. */
  wrap(argv: readonly string[], mark: Mark): readonly string[];
  /** The handle has ended with nobody left: its limits may be given to another. Kept or surviving processes keep theirs reserved. */
  release(mark: Mark): void;
}

export interface MarksOptions {
  /** The runtime's own cookie, when it runs under a handle of another runtime. */
  readonly enclosingCookie?: string | null;
  /** `environment`: no limits and no wrapper; faster, and blind to an emptied environment. */
  readonly marks?: "auto" | "environment";
  readonly table?: ProcessTable;
  readonly findWrapper?: (limits: Interval) => Promise<LimitWrapper | null>;
  /** A number from 0 to below `bound`. */
  readonly random?: (bound: number) => number;
}

/** Draws before giving up: of 512 slots (the fewest that several runtimes share) even 400 taken ones leave one in 25 draws, nearly surely. */
const mostDraws = 25;

export function createMarks(options: MarksOptions = {}): Marks {
  const { enclosingCookie = null, marks = "auto", random = randomInt } = options;
  const { table = procfsTable, findWrapper = findLimitWrapper } = options;
  const reserved = new Set<string>();
  let limits: Promise<HostLimits | null> | undefined;

  const own = (): Promise<HostLimits | null> => {
    limits ??= marks === "auto" ? findHostLimits(table, findWrapper, random) : Promise.resolve(null);
    return limits;
  };
  let wrapper: LimitWrapper | null = null;
  return {
    async newMark() {
      const host = await own();
      wrapper = host?.wrapper ?? null;
      // Not the handle's id: whoever reads it could address the handle.
      const nonce = randomBytes(10).toString("hex");
      const cookie = enclosingCookie ? `${enclosingCookie}/${nonce}` : nonce;
      return { cookie, limits: host && reserveSlot(host, reserved, random) };
    },
    wrap: (argv, mark) => (mark.limits === null || wrapper === null ? argv : [...wrapper(mark.limits), ...argv]),
    release(mark) {
      if (mark.limits !== null) reserved.delete(mark.limits.soft);
    },
  };
}

interface HostLimits {
  readonly interval: Interval;
  readonly handleBits: number;
  readonly wrapper: LimitWrapper;
}

async function findHostLimits(
  table: ProcessTable,
  findWrapper: (limits: Interval) => Promise<LimitWrapper | null>,
  random: (bound: number) => number,
): Promise<HostLimits | null> {
  const own = table.limits(process.pid);
  if (typeof own === "string") return null;
  const division = divide(own, unlimited);
  const interval = division && drawFreeSlot(table, division, random);
  if (division === null || interval === null) return null;
  const wrapper = await findWrapper(interval);
  return wrapper && { interval, handleBits: division.handleBits, wrapper };
}

/** A slot that no live process touches: neither a sibling runtime's nor what a dead one left. Those around it are our own hosts. */
function drawFreeSlot(table: ProcessTable, division: Division, random: (bound: number) => number): Interval | null {
  const inUse = table
    .pids()
    .map((pid) => table.limits(pid))
    .filter((limits) => typeof limits !== "string")
    .filter((limits) => overlaps(limits, division.enclosing));
  for (let draw = 0; draw < mostDraws; draw++) {
    const slot = slotOf(division.enclosing, division.hostBits, random(2 ** division.hostBits));
    if (!inUse.some((limits) => overlaps(limits, slot) && !contains(limits, slot))) return slot;
  }
  return null;
}

/** From a random start, so that a slot is not reused soon; null when all are taken: that handle goes without limits. */
function reserveSlot(host: HostLimits, reserved: Set<string>, random: (bound: number) => number): Mark["limits"] {
  const slots = 2 ** host.handleBits;
  const start = random(slots);
  for (let step = 0; step < slots; step++) {
    const slot = slotOf(host.interval, host.handleBits, (start + step) % slots);
    const soft = `${slot.low}`;
    if (reserved.has(soft)) continue;
    reserved.add(soft);
    return { soft, hard: `${slot.high}` };
  }
  return null;
}
