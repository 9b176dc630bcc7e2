/** Starts the command line as a user's shell would, with a state directory that goes away with the test. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const program = join(import.meta.dirname, "../fixtures/longhand.mjs");

export interface CliResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Cli extends Disposable {
  readonly stateDir: string;
  readonly env: NodeJS.ProcessEnv;
  start(args: readonly string[], options?: SpawnOptions): ChildProcess;
  /** Runs to the end; `input` is its stdin, else there is none. */
  run(args: readonly string[], input?: Uint8Array | string): Promise<CliResult>;
}

export function cli(env: NodeJS.ProcessEnv = {}): Cli {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "longhand-cli-")));
  const stateDir = join(root, "state");
  const ours = { ...process.env, LONGHAND_STATE_DIR: stateDir, LONGHAND_RUNTIME_DIR: root, ...env };
  const start = (args: readonly string[], options: SpawnOptions = {}): ChildProcess =>
    spawn(process.execPath, [program, ...args], { env: ours, ...options });
  return {
    stateDir,
    env: ours,
    start,
    run(args, input) {
      const child = start(args, { stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"] });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
      return finished(child);
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Everything it prints, and how it ended. */
export async function finished(child: ChildProcess): Promise<CliResult> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const { promise, resolve } = Promise.withResolvers<[number | null, NodeJS.Signals | null]>();
  child.once("close", (code, signal) => resolve([code, signal]));
  const [code, signal] = await promise;
  return { code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() };
}
