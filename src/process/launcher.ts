/** Starts commands: pipes, marks and the spawn itself. One per runtime. */
import { closeSync, openSync, writeFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { errnoOf, LonghandError } from "../base/errors.ts";
import type { Child, ChildTerminal } from "./child.ts";
import type { Command } from "./command.ts";
import { createFdBudget, type FdBudget } from "./fd-budget.ts";
import { FifoPool } from "./fifo-pool.ts";
import type { ExitStatus, ProcessIdentity } from "./identity.ts";
import type { Mark } from "./mark.ts";
import { createReadBuffer } from "./output-pipe.ts";
import { markVariable, readForegroundGroup, readStat } from "./procfs.ts";
import { resolveProgram } from "./program.ts";
import { type SpawnedProcess, type SpawnRequest, spawnProcess } from "./spawn.ts";
import { type Capture, openStdio, type Stdio } from "./stdio.ts";
import { loadTerminalBinding, type TerminalBinding } from "./terminal-binding.ts";
import { type Terminal, Terminals } from "./terminals.ts";
import type { ProcessTree } from "./tree.ts";
import { Turns } from "./turns.ts";
import { workingDirectory } from "./working-directory.ts";

export type { Capture } from "./stdio.ts";

export interface Launcher {
  /** A mark for a handle that is about to be placed: known before the spawn, so that it can be recorded first. */
  newMark(handleId: string): Promise<Mark>;
  /** Throws `unsupported` for a command that cannot be started here at all, before anything is made for it. */
  check(command: Command): void;
  /**
   * Starts the command under its mark. Reading begins in the same tick.
   * Rejects with `spawn_failed` (details.errno, e.g. ENOENT, EACCES, E2BIG, ETXTBSY), `invalid_parameter` (cwd),
   * `capacity` (fds or processes used up), `unavailable` (no place for pipes or stdin), `unsupported` (no mkfifo, no terminals) or `closed`.
   * After a rejection nothing runs and nothing is open.
   */
  launch(command: Command, mark: Mark, capture: Capture): Promise<Child>;
  /** Gives back what is pooled. Running children are not touched. */
  close(): Promise<void>;
}

export interface LauncherOptions {
  /** An existing private directory, for pipes and the bytes of stdin. */
  readonly runtimeDir: string;
  readonly clock: Clock;
  readonly newMark: (handleId: string) => Promise<Mark>;
  /**
   * The argv that gives its own process the mark and then becomes `argv`; `argv` itself where there is nothing to give. A wrapper is named by
   * its absolute path, because the PATH of the child is the caller's.
   */
  readonly wrap: (argv: readonly string[], mark: Mark) => readonly string[];
  /** Called in the tick of the spawn. Must not throw. */
  readonly createTree: (leader: ProcessIdentity, mark: Mark, exited: Promise<ExitStatus>) => ProcessTree;
  /** Shared with whoever else holds files open for commands. */
  readonly budget?: FdBudget;
  /** Default: the optional add-on. */
  readonly loadTerminals?: () => TerminalBinding;
}

export function createLauncher(options: LauncherOptions): Launcher {
  const { clock, newMark, wrap, createTree, runtimeDir } = options;
  const budget = options.budget ?? createFdBudget();
  const pool = new FifoPool({ runtimeDir });
  const buffer = createReadBuffer();
  const turns = new Turns();
  const terminals = new Terminals({ load: options.loadTerminals ?? loadTerminalBinding, budget, clock });
  let nothing: number | null = null;
  let closed = false;

  async function launch(command: Command, mark: Mark, capture: Capture): Promise<Child> {
    if (closed) throw new LonghandError("closed", "The launcher is closed.");
    const wrapped = wrap(runnable(command), mark);
    const env = { ...command.env, [markVariable]: mark.cookie };
    const stdio = await openStdio(command, capture, { pool, terminals, budget, buffer, runtimeDir });
    const argv = stdio.terminal?.wrap(wrapped) ?? wrapped;
    let spawned: SpawnedProcess;
    try {
      await turns.take();
      const { cwd } = command;
      spawned = await spawnProcess({ argv, cwd, env, stdio: stdio.childFds, ...withheld() }, clock);
    } catch (error) {
      stdio.abandon();
      throw withoutDirectory(error, command.cwd);
    } finally {
      stdio.closeChildEnds();
    }
    if (stdio.terminal !== null && command.stdin.kind === "bytes") void stdio.terminal.input.write(command.stdin.bytes);
    return started(spawned, stdio, mark);
  }

  function started({ pid, exited }: SpawnedProcess, stdio: Stdio, mark: Mark): Child {
    const { stdin, input, stdout, stderr } = stdio;
    const leader = { pid, startTime: startTime(pid) };
    offerToOomKiller(pid);
    void exited.then(() => {
      // Its stdin was the leader's. What outlives the leader finds end of file, and nobody has to remember to close it.
      stdin?.destroy();
      stdio.terminal?.output.leaderExited();
    });
    const terminal = stdio.terminal && childTerminal(stdio.terminal, pid);
    return { ...leader, stdout, stderr, stdin, terminal, input, exited, tree: createTree(leader, mark, exited) };
  }

  /** With many terminals open each spawn costs a little more; without any, nothing. */
  function withheld(): Pick<SpawnRequest, "withheld"> {
    const fds = terminals.masters;
    if (fds.size === 0) return {};
    nothing ??= openSync("/dev/null", "r+");
    return { withheld: { fds, substitute: nothing } };
  }

  return {
    newMark,
    check({ terminal }) {
      if (terminal !== null) terminals.check();
    },
    launch,
    close() {
      closed = true;
      if (nothing !== null) closeSync(nothing);
      nothing = null;
      return pool.close();
    },
  };
}

/**
 * The argv of a program that is known to exist. With a PATH the name stays as the caller wrote it, as programs look at it; without one
 * every libc has a default of its own, so the path that was found takes its place.
 */
function runnable({ argv, env, cwd }: Command): readonly string[] {
  const [name, ...args] = argv;
  const path = resolveProgram(name, { env, cwd });
  return env["PATH"] === undefined ? [path, ...args] : argv;
}

function childTerminal(terminal: Terminal, leader: number): ChildTerminal {
  return {
    get size() {
      return terminal.size;
    },
    resize: (size) => terminal.resize(size),
    foregroundGroup: () => readForegroundGroup(leader),
  };
}

/** The kernel says ENOENT too when the directory was removed after the command was checked: then that is the error. */
function withoutDirectory(error: unknown, cwd: string): unknown {
  if (!(error instanceof LonghandError) || errnoOf(error.cause) !== "ENOENT") return error;
  try {
    workingDirectory(cwd, "/");
    return error;
  } catch (directoryError) {
    return directoryError;
  }
}

/** Empty where the system does not tell: then the identity never matches, and nobody is signalled by it. */
function startTime(pid: number): string {
  const stat = readStat(pid);
  return typeof stat === "string" ? "" : stat.startTime;
}

/** Half of the scale: when memory runs out, a command goes before the host that must report it. Raising needs no privilege. */
const oomScore = "500";

function offerToOomKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, oomScore);
  } catch {
    // It has ended, or the system has no such thing.
  }
}
