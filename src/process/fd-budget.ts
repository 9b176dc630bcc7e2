/** How many files this process may still open: a launch is refused with `capacity` before the kernel says EMFILE to somebody else. */
import { readdirSync, readFileSync } from "node:fs";
import { LonghandError } from "../base/errors.ts";

export interface FdBudget {
  /** Descriptors that may be held at once by those who ask here. */
  readonly limit: number;
  readonly used: number;
  /** Sets `count` aside until the returned function is called (once or more). Throws `capacity` when there are not that many. */
  reserve(count: number): () => void;
}

export interface FdBudgetOptions {
  /** RLIMIT_NOFILE. Default: this process's own soft limit. */
  readonly total?: number;
  /** What is open already and not ours. Default: counted now. */
  readonly open?: number;
}

/** For what is open only within a tick (a child's ends, the pipe of the spawn) and for the rest of the host's work. */
const reserveFds = 64;

/** Where the limit cannot be read. It is the usual soft limit. */
const assumedLimit = 1024;

export function createFdBudget({ total = openFileLimit(), open = countOpen() }: FdBudgetOptions = {}): FdBudget {
  // A very small limit (a test, a tight container) still has to start something.
  const limit = Math.max(0, total - open - Math.min(reserveFds, Math.floor(total / 4)));
  let used = 0;
  return {
    limit,
    get used() {
      return used;
    },
    reserve(count) {
      if (used + count > limit) throw exhausted(limit, used, count);
      used += count;
      let held = count;
      return () => {
        used -= held;
        held = 0;
      };
    },
  };
}

function exhausted(limit: number, used: number, count: number): LonghandError {
  const message = `Out of file descriptors: ${used} of ${limit} are in use and ${count} more are needed. Wait for running commands to end, or raise the limit on open files.`;
  return new LonghandError("capacity", message, { details: { errno: "EMFILE", limit, got: `${used + count}` } });
}

/** The soft limit; Node raises it to the hard one when it starts. */
export function openFileLimit(): number {
  const limits = attempt(() => readFileSync("/proc/self/limits", "latin1"), "");
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (soft === undefined) return assumedLimit;
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft);
}

function countOpen(): number {
  return attempt(() => readdirSync("/proc/self/fd").length - 1, 32);
}

function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    // No /proc on this system.
    return otherwise;
  }
}
