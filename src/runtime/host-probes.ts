/** What the system under us can do: processes, pipes, marks, limits. Each probe does the thing instead of asking for a version. */
import { accessSync, closeSync, constants } from "node:fs";
import { release } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { systemClock } from "../base/clock.ts";
import { asLonghandError } from "../base/errors.ts";
import type { ResolvedConfig } from "../config.ts";
import { artifactDescriptors } from "../output/artifacts.ts";
import { Screens } from "../output/screen.ts";
import type { Child } from "../process/child.ts";
import { createCommand } from "../process/command.ts";
import { buildEnvironment, inheritedEnvironment } from "../process/environment.ts";
import { createFdBudget, openFileLimit } from "../process/fd-budget.ts";
import { createLauncher } from "../process/launcher.ts";
import { createMarks } from "../process/marks.ts";
import { createTrees } from "../process/process-tree.ts";
import { markVariable, readCookie, readStat, seesEveryProcess } from "../process/procfs.ts";
import { defaultShell } from "../process/shell.ts";
import { loadTerminalBinding } from "../process/terminal-binding.ts";
import { noSandbox } from "../sandbox/sandbox.ts";
import type { Finding, Probe } from "./probe.ts";
import { makeRuntimeDirectory } from "./runtime-directory.ts";

const oldestNode = 24;

/** In the order in which they are shown. */
export const hostProbes: Readonly<Record<string, Probe>> = {
  node: () => {
    const { node } = process.versions;
    const facts = { version: node, executable: process.execPath };
    if (Number.parseInt(node, 10) >= oldestNode)
      return { status: "ok", summary: `v${node} (${process.execPath})`, facts };
    return { status: "missing", summary: `v${node}: ${oldestNode} or newer is needed`, facts };
  },
  platform: () => {
    const summary = `${process.platform} ${release()} ${process.arch}, uid ${process.getuid?.() ?? "unknown"}`;
    return { status: process.platform === "linux" ? "ok" : "missing", summary };
  },
  proc: () => {
    if (typeof readStat(process.pid) === "string") {
      return { status: "missing", summary: "/proc cannot be read: processes could not be told apart" };
    }
    if (seesEveryProcess()) return { status: "ok", summary: "/proc is readable and shows every process" };
    return { status: "limited", summary: "/proc hides the processes of other users (hidepid)" };
  },
  shell: () => {
    const shell = defaultShell();
    accessSync(shell, constants.X_OK);
    return { status: "ok", summary: shell };
  },
  pipes: (config) =>
    withProbe(config, "cat > /dev/stderr", "ping", async ({ output }) => {
      const works = (await output) === "ping";
      const summary = works
        ? "real pipes: /dev/stdout, /dev/stderr and /dev/stdin can be opened by name"
        : "commands start, but their output does not arrive";
      return { status: works ? "ok" : "missing", summary };
    }),
  marks: (config) => withProbe(config, "exec sleep 60", "", markFinding),
  cookie: (config) =>
    withProbe(config, "exec sleep 60", "", async ({ child, cookie }) => {
      // Readable from the exec on, which is over in a few ms.
      await delay(50);
      const reading = readCookie(child.pid);
      const works = typeof reading !== "string" && reading.value === cookie;
      const summary = works ? `${markVariable} can be read in /proc/PID/environ` : "/proc/PID/environ cannot be read";
      return { status: works ? "ok" : "limited", summary };
    }),
  trees: (config) => withProbe(config, "setsid sleep 60 & sleep 60", "", treeFinding),
  descriptors: () => {
    const limit = openFileLimit();
    const perCommand = 2 + artifactDescriptors(false);
    const atOnce = Math.floor(createFdBudget().limit / perCommand);
    const facts = { limit, commands_at_once: atOnce };
    return {
      status: atOnce < 50 ? "limited" : "ok",
      summary: `${limit} open files: about ${atOnce} commands at once`,
      facts,
    };
  },
  sandbox: () => {
    const bwrap = ["/usr/bin/bwrap", "/usr/local/bin/bwrap"].find(isExecutable);
    const there = bwrap === undefined ? "" : `; ${bwrap} is installed, but not used yet`;
    return { status: "absent", summary: `${noSandbox.state.kind}: commands run unconfined${there}` };
  },
  pty: () => {
    const emulator = new Screens().available;
    const facts = { screens: emulator };
    try {
      const { master, slave, pty } = loadTerminalBinding().open(80, 24);
      for (const fd of [master, slave]) closeSync(fd);
      if (emulator) return { status: "ok", summary: `terminals (${pty}), and what their screens show`, facts };
      return { status: "limited", summary: "terminals; no screens: @xterm/headless is not installed", facts };
    } catch (error) {
      return { status: "limited", summary: asLonghandError(error).message, facts };
    }
  },
};

interface ProbeRun {
  readonly child: Child;
  readonly cookie: string;
  readonly limits: boolean;
  /** Everything that was printed, at the end of the command. */
  readonly output: Promise<string>;
}

/** Starts a shell text as a runtime would, and ends whatever is left of it. */
async function withProbe(
  { values }: ResolvedConfig,
  script: string,
  stdin: string,
  look: (run: ProbeRun) => Promise<Finding>,
): Promise<Finding> {
  const clock = systemClock;
  const inherited = inheritedEnvironment();
  const marks = createMarks({ enclosingCookie: inherited[markVariable] ?? null, marks: values.marks });
  const trees = createTrees({ clock });
  const directory = makeRuntimeDirectory(values.runtimeDir);
  const launcher = createLauncher({
    runtimeDir: directory.path,
    clock,
    newMark: (handleId) => marks.newMark(handleId),
    wrap: (argv, mark) => marks.wrap(argv, mark),
    createTree: (leader, mark, exited) => trees.createTree(leader, mark, exited),
  });
  try {
    const mark = await launcher.newMark("probe");
    const env = buildEnvironment({ mode: "inherit_clean", inherited });
    const bytes = new TextEncoder().encode(stdin);
    const shell = { shell: "sh" };
    const text = { mode: "shell", command: script, shell } as const;
    const command = createCommand({ ...text, defaultCwd: "/", env, stdin: { kind: "bytes", bytes } });
    const printed: Buffer[] = [];
    const keep = (chunk: Uint8Array): void => void printed.push(Buffer.from(chunk));
    const child = await launcher.launch(command, mark, { kind: "pipes", onStdout: keep, onStderr: keep });
    const output = Promise.all([child.stdout?.ended, child.stderr?.ended]).then(() =>
      Buffer.concat(printed).toString(),
    );
    try {
      return await look({ child, cookie: mark.cookie, limits: mark.limits !== null, output });
    } finally {
      await child.tree.stop({ signal: "SIGKILL", graceMs: 0, deadlineMs: 2_000 });
    }
  } finally {
    await launcher.close();
    directory.remove();
  }
}

async function markFinding({ child, limits }: ProbeRun): Promise<Finding> {
  const { coverage } = child.tree;
  const facts = { coverage, resource_limits: limits };
  if (coverage !== "group")
    return { status: "ok", summary: "survive setsid, double forks and an emptied environment", facts };
  const summary = "by group, session, parents and environment: an emptied environment in a new session escapes";
  return { status: "limited", summary, facts };
}

async function treeFinding({ child }: ProbeRun): Promise<Finding> {
  // Until the second sleep runs in its session.
  for (let look = 0; look < 50 && (await child.tree.members()).length < 3; look++) await delay(10);
  const receipt = await child.tree.stop({ signal: "SIGTERM", graceMs: 500, deadlineMs: 2_000 });
  const { found, survivors, durationMs } = receipt;
  const facts = { found, survivors: survivors.length, duration_ms: durationMs };
  if (found >= 3 && survivors.length === 0 && receipt.complete) {
    return { status: "ok", summary: `${found} processes in 2 sessions found and ended in ${durationMs} ms`, facts };
  }
  return { status: "limited", summary: `${found} of 3 processes found, ${survivors.length} left`, facts };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
