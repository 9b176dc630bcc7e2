/** The one call that makes a process, and everything that can go wrong in it. It knows fds, not pipes. */
import { spawn } from "node:child_process";
import { type Clock, sleep } from "../base/clock.ts";
import { errnoOf } from "../base/errors.ts";
import type { ExitStatus } from "./identity.ts";
import { spawnError } from "./system-error.ts";

export interface SpawnRequest {
  /** Exact. The first is a path, or a name that is looked up in the PATH of `env`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** `ignore` is /dev/null. The fds stay open in the host: closing them is the caller's. */
  readonly stdio: readonly [number | "ignore", number | "ignore", number | "ignore"];
  /** Descriptors of the host that would be inherited: the child finds `substitute` under their numbers. */
  readonly withheld?: { readonly fds: ReadonlySet<number>; readonly substitute: number };
}

export interface SpawnedProcess {
  readonly pid: number;
  /**
   * Of the process itself, whoever still holds its pipes. Never rejects. Node has no names for real-time signals (34 to 64) and reports a death
   * by one as exit code 0.
   */
  readonly exited: Promise<ExitStatus>;
}

/**
 * A program file is busy while anybody has it open for writing: a child that was forked in another thread holds such an fd until its own
 * exec, so the state passes by itself in milliseconds.
 */
const busyRetries = 10;
const firstBusyDelayMs = 5;
const longestBusyDelayMs = 200;

/**
 * Starts a leader of its own session and group. When it resolves, no event has been processed since the spawn: the process cannot have been
 * reaped yet. Rejects with `capacity` or `spawn_failed` (details.errno).
 */
export async function spawnProcess(request: SpawnRequest, clock: Clock): Promise<SpawnedProcess> {
  let delayMs = firstBusyDelayMs;
  for (let attempt = 1; ; attempt++) {
    const result = start(request);
    if ("pid" in result) return result;
    const error = await result.failed;
    if (errnoOf(error) !== "ETXTBSY" || attempt > busyRetries) throw spawnError(error, request.argv[0] ?? "");
    await sleep(clock, delayMs);
    delayMs = Math.min(delayMs * 2, longestBusyDelayMs);
  }
}

/** Synchronous where it succeeds. Node throws some errors of a spawn and emits others in the next tick. */
function start({ argv, cwd, env, ...fds }: SpawnRequest): SpawnedProcess | { readonly failed: Promise<unknown> } {
  try {
    const [program = "", ...args] = argv;
    const stdio = tableOf(fds);
    const child = spawn(program, args, { cwd, env: { ...env }, stdio, detached: true, windowsHide: true });
    const exited = Promise.withResolvers<ExitStatus>();
    const failed = Promise.withResolvers<unknown>();
    child.once("exit", (code, signal) => exited.resolve({ code, signal }));
    child.on("error", (error) => failed.resolve(error));
    if (child.pid === undefined) return { failed: failed.promise };
    return { pid: child.pid, exited: exited.promise };
  } catch (error) {
    return { failed: Promise.resolve(error) };
  }
}

function tableOf({ stdio, withheld }: Pick<SpawnRequest, "stdio" | "withheld">): (number | "ignore")[] {
  const table: (number | "ignore")[] = [...stdio];
  if (withheld === undefined || withheld.fds.size === 0) return table;
  // Beyond the three, "ignore" is: as it would be anyway.
  const last = Math.max(...withheld.fds);
  for (let fd = table.length; fd <= last; fd++) table.push(withheld.fds.has(fd) ? withheld.substitute : "ignore");
  return table;
}
