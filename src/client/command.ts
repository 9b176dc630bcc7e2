/** A bridge as a child process of ours: `longhand bridge`, or `ssh box longhand bridge`. */
import type { ChildProcess } from "node:child_process";
import { type Clock, sleep, systemClock } from "../base/clock.ts";
import { type Client, type ClientOptions, connect } from "./connect.ts";
import { harmless } from "./log.ts";
import type { StreamPair } from "./streams.ts";

export interface CommandOptions extends ClientOptions {
  readonly cwd?: string;
  /** Of the command, whole. Default: that of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A bridge ends by itself when its stdin ends and all is dead; what does not, is ended. */
const patienceMs = 10_000;
/** One whose connection is broken has nobody to answer: it stops what runs, which takes 2 s, and puts down the reports. */
const brokenPatienceMs = 4_000;
const graceMs = 2_000;
/** A process is reaped a moment after its pipes are closed. */
const reapedMs = 500;
/** Of the last line on stderr, for the error. */
const maxQuoteCharacters = 300;

/** The command is started for each connection. Its stderr goes to `onLog`, line by line. Rejects as `connect` does. */
export function connectCommand(argv: readonly string[], options: CommandOptions = {}): Promise<Client> {
  return connect({ ...options, open: () => start(argv, options) });
}

async function start([program = "", ...args]: readonly string[], options: CommandOptions): Promise<StreamPair> {
  const { cwd, env, onLog = () => {}, clock = systemClock } = options;
  const { spawn } = await import("node:child_process");
  const child = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
  });
  await spawned(child);
  const lastLine = follow(child, harmless(onLog));
  const exited = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  return {
    readable: child.stdout,
    writable: child.stdin,
    close: ({ isBroken }) => endOf(child, exited, { clock, patienceMs: isBroken ? brokenPatienceMs : patienceMs }),
    async whyEnded() {
      await within(exited, reapedMs, clock);
      const said = lastLine() === "" ? null : lastLine();
      const how = fateOf(child);
      if (how === null) return said === null ? null : `${program} said: ${said}`;
      return `${program} ${how}${said === null ? "" : `: ${said}`}`;
    },
  };
}

/** Null while it runs. */
function fateOf({ exitCode, signalCode }: ChildProcess): string | null {
  if (exitCode !== null) return `exited with ${exitCode}`;
  return signalCode === null ? null : `was ended by ${signalCode}`;
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    // Stays: a kill that fails later is an error of the child too.
    child.on("error", reject);
  });
}

/** The newest line of stderr. */
function follow({ stderr }: ChildProcess, onLog: (line: string) => void): () => string {
  let held = "";
  let last = "";
  stderr?.setEncoding("utf8");
  stderr?.on("error", () => undefined);
  stderr?.on("data", (text: string) => {
    const lines = (held + text).split("\n");
    held = (lines.pop() ?? "").slice(-maxQuoteCharacters);
    for (const line of lines) {
      if (line.trim() === "") continue;
      last = line.slice(0, maxQuoteCharacters);
      onLog(line);
    }
  });
  return () => (held.trim() === "" ? last : held);
}

interface Patience {
  readonly clock: Clock;
  /** Until it is told to end. */
  readonly patienceMs: number;
}

async function endOf(child: ChildProcess, exited: Promise<void>, { clock, patienceMs }: Patience): Promise<void> {
  for (const [signal, ms] of [
    [null, patienceMs],
    ["SIGTERM", graceMs],
    ["SIGKILL", graceMs],
  ] as const) {
    if (fateOf(child) !== null) return;
    if (signal !== null) child.kill(signal);
    await within(exited, ms, clock);
  }
}

async function within(work: Promise<void>, ms: number, clock: Clock): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, sleep(clock, ms, done.signal)]);
  done.abort();
}
