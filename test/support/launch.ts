/** A launcher for tests: no mark limits, a tree that nobody asks, and everything a command printed in one value. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import type { Child } from "../../src/process/child.ts";
import { type CommandInput, createCommand } from "../../src/process/command.ts";
import { buildEnvironment, inheritedEnvironment } from "../../src/process/environment.ts";
import type { ExitStatus } from "../../src/process/identity.ts";
import { createLauncher, type Launcher, type LauncherOptions } from "../../src/process/launcher.ts";
import type { Mark } from "../../src/process/mark.ts";
import type { ProcessTree } from "../../src/process/tree.ts";

export const testMark: Mark = { cookie: "test-cookie", limits: null };

export interface TestLauncher extends AsyncDisposable {
  readonly launcher: Launcher;
  readonly runtimeDir: string;
}

export function testLauncher(options: Partial<LauncherOptions> = {}): TestLauncher {
  const runtimeDir = mkdtempSync(join(tmpdir(), "lh-"));
  const launcher = createLauncher({
    runtimeDir,
    clock: systemClock,
    newMark: async () => testMark,
    wrap: (argv) => argv,
    createTree: () => noTree,
    ...options,
  });
  return {
    launcher,
    runtimeDir,
    async [Symbol.asyncDispose]() {
      await launcher.close();
      rmSync(runtimeDir, { recursive: true, force: true });
    },
  };
}

const noTree = {} as ProcessTree;

export const argv = (...words: string[]): CommandInput => input({ mode: "argv", argv: words });
export const sh = (script: string): CommandInput => input({ mode: "shell", command: script, shell: { shell: "sh" } });

export function testEnvironment(): Record<string, string> {
  return buildEnvironment({ mode: "inherit_clean", inherited: inheritedEnvironment() });
}

function input(
  text: { mode: "argv"; argv: string[] } | { mode: "shell"; command: string; shell: { shell: string } },
): CommandInput {
  return { ...text, defaultCwd: tmpdir(), env: testEnvironment() };
}

export interface Result {
  readonly status: ExitStatus;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface RunOptions {
  readonly merged?: boolean;
  /** Called with the child in the turn of its launch. */
  readonly onStarted?: (child: Child) => void;
}

/** Runs to the end: exit, and end of file on every pipe. */
export async function run(launcher: Launcher, input: CommandInput, options: RunOptions = {}): Promise<Result> {
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  const child = await launcher.launch(createCommand(input), testMark, {
    kind: "pipes",
    onStdout: (chunk) => stdout.push(Buffer.from(chunk)),
    onStderr: options.merged === true ? null : (chunk) => stderr.push(Buffer.from(chunk)),
  });
  options.onStarted?.(child);
  const [status] = await Promise.all([child.exited, child.stdout?.ended, child.stderr?.ended]);
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) };
}
