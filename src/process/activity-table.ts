/** What /proc says about what processes are doing: a port, with pure parsers beside it. Each fact may be missing, and none is guessed. */
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { type Reading, read } from "./procfs.ts";
import { type BlockedIn, parseSyscall, syscallsOf } from "./syscalls.ts";

export interface ProcessUsage {
  readonly startTime: string;
  readonly name: string;
  /** State letter of the first thread. */
  readonly state: string;
  readonly threads: number;
  /** Processor time of all its threads, in ticks. */
  readonly ownTicks: number;
  /** The same of children that have ended and were waited for, and of theirs. */
  readonly reapedTicks: number;
  /** Device of its controlling terminal; 0 without one. */
  readonly terminal: bigint;
}

export interface OpenFile {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly rdev: bigint;
}

export interface ActivityTable {
  usage(pid: number): Reading<ProcessUsage>;
  /** Ids of its threads, ascending. */
  threads(pid: number): readonly number[];
  /** Not told without the right to trace the process, and on architectures whose calls are not known. */
  blockedIn(pid: number, thread: number): Reading<BlockedIn>;
  /** How often the thread has gone to sleep so far; null when that is not told. */
  sleeps(pid: number, thread: number): number | null;
  /** Null when it is not open, or not told. */
  file(pid: number, descriptor: number): OpenFile | null;
  /** Descriptors that an epoll instance of the process watches for something to read. */
  watched(pid: number, descriptor: number): readonly number[];
  /** Null when all of it cannot be read. */
  memory(pid: number, address: bigint, length: number): Buffer | null;
}

/** Ticks of /proc/PID/stat: USER_HZ is 100 on every architecture that Node runs on. */
export const tickMs = 10;

const syscalls = syscallsOf(process.arch);

export const procfsActivity: ActivityTable = {
  usage: (pid) => read(`/proc/${pid}/stat`, parseUsage),
  threads: (pid) => attempt(() => readdirSync(`/proc/${pid}/task`).map(Number), []),
  blockedIn(pid, thread) {
    if (syscalls === null) return "unreadable";
    return read(`/proc/${pid}/task/${thread}/syscall`, (text) => parseSyscall(text, syscalls));
  },
  sleeps(pid, thread) {
    const count = read(`/proc/${pid}/task/${thread}/status`, parseSleeps);
    return typeof count === "number" ? count : null;
  },
  file: (pid, descriptor) => attempt(() => statSync(`/proc/${pid}/fd/${descriptor}`, { bigint: true }), null),
  watched(pid, descriptor) {
    const watched = read(`/proc/${pid}/fdinfo/${descriptor}`, parseWatched);
    return typeof watched === "string" ? [] : watched;
  },
  memory: (pid, address, length) => attempt(() => readMemory(pid, address, length), null),
};

/** Fields 2, 3, 7, 14 to 17, 20 and 22; `comm` (field 2) may hold anything, the last `)` ends it. */
export function parseUsage(text: string): ProcessUsage | null {
  const close = text.lastIndexOf(")");
  const fields = text.slice(close + 2).split(" ");
  const [state, , , , terminal] = fields;
  const [user, system, reapedUser, reapedSystem] = fields.slice(11, 15).map(Number);
  const startTime = fields[19];
  if (state === undefined || terminal === undefined || startTime === undefined) return null;
  return {
    startTime,
    name: text.slice(text.indexOf("(") + 1, close),
    state,
    threads: Number(fields[17]),
    ownTicks: (user ?? 0) + (system ?? 0),
    reapedTicks: (reapedUser ?? 0) + (reapedSystem ?? 0),
    terminal: BigInt(terminal),
  };
}

export function parseSleeps(status: string): number | null {
  const count = /^voluntary_ctxt_switches:\t(\d+)/m.exec(status)?.[1];
  return count === undefined ? null : Number(count);
}

/** EPOLLIN and EPOLLRDNORM. One that fires once and has fired watches for neither. */
const readable = 0x1 | 0x40;

export function parseWatched(fdinfo: string): readonly number[] {
  const lines = fdinfo.matchAll(/^tfd: +(\d+) events: +([0-9a-f]+) /gm);
  return [...lines]
    .filter(([, , events = ""]) => (Number.parseInt(events, 16) & readable) !== 0)
    .map(([, fd]) => Number(fd));
}

function readMemory(pid: number, address: bigint, length: number): Buffer | null {
  const fd = openSync(`/proc/${pid}/mem`, "r");
  try {
    const bytes = Buffer.alloc(length);
    return readSync(fd, bytes, 0, length, address) === length ? bytes : null;
  } finally {
    closeSync(fd);
  }
}

/** Whoever ended meanwhile, and whoever does not let us look, has told nothing. */
function attempt<T>(look: () => T, otherwise: T): T {
  try {
    return look();
  } catch {
    return otherwise;
  }
}
