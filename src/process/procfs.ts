/** Reads what /proc says about processes: synchronous, since procfs never blocks, and pure parsers beside the reads. */
import { readdirSync, readFileSync } from "node:fs";
import { errnoOf } from "../base/errors.ts";
import type { Interval } from "./interval.ts";

/** A fact, or why there is none: the process is `gone`, or it exists and we may not look (hidepid, another user's environment). */
export type Reading<Fact> = Fact | "gone" | "unreadable";

export interface ProcessStat {
  readonly pid: number;
  readonly name: string;
  /** State letter: R, S, D, T, t, Z, X, I. */
  readonly state: string;
  readonly parentPid: number;
  readonly group: number;
  readonly session: number;
  readonly threads: number;
  readonly startTime: string;
}

export interface ProcessStatus {
  /** Differs from the pid that was asked for when that is the id of a thread. */
  readonly threadGroup: number;
  /** Real user id. */
  readonly uid: number;
}

export interface Cookie {
  /** Null when the environment was readable and has none. */
  readonly value: string | null;
}

/** The variable that holds the cookie of a mark. */
export const markVariable = "LONGHAND_MARK";

/** RLIM_INFINITY. */
export const unlimited = 2n ** 64n - 1n;

export function readStat(pid: number): Reading<ProcessStat> {
  return read(`/proc/${pid}/stat`, parseStat);
}

/** The group in the foreground of the process's terminal; null without a terminal or a process. */
export function readForegroundGroup(pid: number): number | null {
  const group = read(`/proc/${pid}/stat`, parseForegroundGroup);
  return typeof group === "number" && group > 0 ? group : null;
}

/** RLIMIT_RTTIME as an interval from the soft to the hard limit, in µs. */
export function readLimits(pid: number): Reading<Interval> {
  return read(`/proc/${pid}/limits`, parseLimits);
}

export function readStatus(pid: number): Reading<ProcessStatus> {
  return read(`/proc/${pid}/status`, parseStatus);
}

export function readCookie(pid: number): Reading<Cookie> {
  return read(`/proc/${pid}/environ`, parseEnviron);
}

/** Every process (not thread) that we can see, in ascending order. */
export function listPids(): readonly number[] {
  const pids = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (Number.isInteger(pid)) pids.push(pid);
  }
  return pids.sort((a, b) => a - b);
}

/** The pid (or thread id) that was allocated last in our pid namespace. */
export function lastAllocatedPid(): number {
  return parseLastPid(readFileSync("/proc/loadavg", "utf8"));
}

export function largestPid(): number {
  return Number(readFileSync("/proc/sys/kernel/pid_max", "utf8"));
}

/** Whether /proc is there, is that of our pid namespace, and shows other users' processes to us. */
export function seesEveryProcess(): boolean {
  try {
    if (parseStat(readFileSync("/proc/self/stat", "utf8"))?.pid !== process.pid) return false;
    return process.geteuid?.() === 0 || !hidesProcesses(readFileSync("/proc/self/mounts", "utf8"));
  } catch {
    // No /proc, or one that hides itself: there is nothing to see.
    return false;
  }
}

/** `comm` (field 2) may hold spaces and parentheses: the last `)` ends it. */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 1 || close < open) return null;
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(" ");
  const state = fields[0];
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return null;
  return {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state,
    parentPid: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    threads: Number(fields[17]),
    startTime,
  };
}

/** Field 8. */
export function parseForegroundGroup(stat: string): number | null {
  const field = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[5];
  return field === undefined ? null : Number(field);
}

export function parseLimits(text: string): Interval | null {
  const [, soft, hard] = /^Max realtime timeout +(\S+) +(\S+)/m.exec(text) ?? [];
  return soft === undefined || hard === undefined ? null : { low: limit(soft), high: limit(hard) };
}

export function parseStatus(text: string): ProcessStatus | null {
  const threadGroup = /^Tgid:\t(\d+)/m.exec(text)?.[1];
  const uid = /^Uid:\t(\d+)/m.exec(text)?.[1];
  return threadGroup === undefined || uid === undefined ? null : { threadGroup: Number(threadGroup), uid: Number(uid) };
}

/** The first of several counts, as for getenv(3). It can read as empty for a moment, while the process is inside exec. */
export function parseEnviron(text: string): Cookie {
  const name = `${markVariable}=`;
  const at = text.startsWith(name) ? 0 : text.indexOf(`\0${name}`) + 1;
  if (at === 0 && !text.startsWith(name)) return { value: null };
  const end = text.indexOf("\0", at);
  return { value: text.slice(at + name.length, end < 0 ? undefined : end) };
}

export function parseLastPid(loadavg: string): number {
  return Number(loadavg.slice(loadavg.lastIndexOf(" ") + 1));
}

/** `hidepid` other than 0/off, or `subset=pid`, on the mount at /proc. */
export function hidesProcesses(mounts: string): boolean {
  return /^\S+ \/proc proc \S*(hidepid=(?!0|off)|subset=)/m.test(mounts);
}

function limit(text: string): bigint {
  return text === "unlimited" ? unlimited : BigInt(text);
}

/** A file of /proc about one process. `parse` returns null for what ended while it was read. */
export function read<Fact>(path: string, parse: (text: string) => Fact | null): Reading<Fact> {
  try {
    return parse(readFileSync(path, "utf8")) ?? "gone";
  } catch (error) {
    const errno = errnoOf(error);
    // ESRCH: the process ended between open and read.
    return errno === "ENOENT" || errno === "ESRCH" ? "gone" : "unreadable";
  }
}
