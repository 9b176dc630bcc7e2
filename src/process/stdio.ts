/** The three standard streams of one launch: opens them all or none, and keeps count of what they cost. */
import { closeSync, fstatSync } from "node:fs";
import { LonghandError } from "../base/errors.ts";
import type { ChunkSink, InputIdentity, OutputPipe } from "./child.ts";
import type { Command, Stdin } from "./command.ts";
import type { FdBudget } from "./fd-budget.ts";
import type { PipeEnds, PipeReader } from "./fifo.ts";
import type { FifoPool } from "./fifo-pool.ts";
import { createInputPipe, type OwnedInputPipe } from "./input-pipe.ts";
import { createOutputPipe } from "./output-pipe.ts";
import { createStdinFile } from "./stdin-file.ts";
import type { TerminalSize } from "./terminal-size.ts";
import type { Terminal, Terminals } from "./terminals.ts";

/** Where the child's output goes. */
export type Capture =
  /** Two pipes, or one in exact order when `onStderr` is null. What a terminal shows goes to `onStdout` in any case. */
  | { readonly kind: "pipes"; readonly onStdout: ChunkSink; readonly onStderr: ChunkSink | null }
  /** Straight into these open files (O_APPEND). The launcher does not close them. */
  | { readonly kind: "files"; readonly stdout: number; readonly stderr: number };

export interface StdioParts {
  readonly pool: FifoPool;
  readonly terminals: Terminals;
  readonly budget: FdBudget;
  /** Shared by all readers. */
  readonly buffer: Uint8Array;
  readonly runtimeDir: string;
}

type ChildFd = number | "ignore";

export interface Stdio {
  /** For the spawn, in the order of the child's 0, 1, 2. */
  readonly childFds: readonly [ChildFd, ChildFd, ChildFd];
  readonly stdin: OwnedInputPipe | null;
  /** Of the pipe behind `stdin`: both ends are one inode. */
  readonly input: InputIdentity | null;
  readonly stdout: OutputPipe | null;
  readonly stderr: OutputPipe | null;
  /** Then the child opens it by itself, through `terminal.wrap`. */
  readonly terminal: Terminal | null;
  /** Closes the host's copies of the child's ends: while they are open, no pipe ever ends. Idempotent. */
  closeChildEnds(): void;
  /** Closes the host's ends. */
  abandon(): void;
}

/** Reading has begun when it resolves. Rejects with `capacity`, `unavailable`, `unsupported` or `closed`; then nothing is open. */
export async function openStdio(
  { stdin, terminal }: Pick<Command, "stdin" | "terminal">,
  capture: Capture,
  parts: StdioParts,
): Promise<Stdio> {
  return terminal === null ? openPipes(stdin, capture, parts) : openTerminal(terminal, capture, parts);
}

function openTerminal(size: TerminalSize, capture: Capture, { terminals, buffer }: StdioParts): Stdio {
  if (capture.kind === "files") {
    throw new LonghandError("invalid_parameter", "The output of a terminal cannot go straight into a file.", {
      param: "capture.transport",
    });
  }
  const terminal = terminals.open(size, capture.onStdout, buffer);
  return {
    childFds: ["ignore", "ignore", "ignore"],
    stdin: terminal.input,
    input: terminal.identity,
    stdout: terminal.output,
    stderr: null,
    terminal,
    closeChildEnds() {},
    abandon() {
      terminal.input.destroy();
      terminal.output.destroy();
    },
  };
}

async function openPipes(input: Stdin, capture: Capture, parts: StdioParts): Promise<Stdio> {
  const sinks = sinksOf(capture);
  const readers: PipeReader[] = sinks.map(() => "host");
  if (input.kind === "open") readers.push("child");
  const release = parts.budget.reserve(readers.length);
  let file: number | undefined;
  try {
    if (input.kind === "bytes") file = await createStdinFile(parts.runtimeDir, input.bytes);
    const pipes = await parts.pool.take(readers);
    const passed = input.kind === "fd" ? input.fd : undefined;
    return assemble({ capture, sinks, passed, file, pipes, buffer: parts.buffer, release });
  } catch (error) {
    if (file !== undefined) closeSync(file);
    release();
    throw error;
  }
}

function sinksOf(capture: Capture): ChunkSink[] {
  if (capture.kind === "files") return [];
  return capture.onStderr === null ? [capture.onStdout] : [capture.onStdout, capture.onStderr];
}

interface Opened {
  readonly capture: Capture;
  readonly sinks: readonly ChunkSink[];
  /** The host's own, for stdin. */
  readonly passed: number | undefined;
  readonly file: number | undefined;
  /** One for each sink, then one for stdin. */
  readonly pipes: readonly PipeEnds[];
  readonly buffer: Uint8Array;
  readonly release: () => void;
}

function assemble({ capture, sinks, passed, file, pipes, buffer, release }: Opened): Stdio {
  const outputs = sinks.map((sink, index) => createOutputPipe(fdAt(pipes, index).hostFd, sink, buffer));
  const input = pipes[sinks.length];
  const stdin = input === undefined ? null : createInputPipe(input.hostFd);
  void Promise.all([...outputs.map((pipe) => pipe.ended), stdin?.closed]).then(release);

  const files = capture.kind === "files" ? capture : null;
  const out = files?.stdout ?? fdAt(pipes, 0).childFd;
  const err = files?.stderr ?? fdAt(pipes, sinks.length - 1).childFd;
  let ours = [...pipes.map((pipe) => pipe.childFd), ...(file === undefined ? [] : [file])];
  return {
    childFds: [passed ?? file ?? input?.childFd ?? "ignore", out, err],
    stdin,
    input: input === undefined ? null : identityOf(input.hostFd),
    stdout: outputs[0] ?? null,
    stderr: outputs[1] ?? null,
    terminal: null,
    closeChildEnds() {
      for (const fd of ours) closeSync(fd);
      ours = [];
    },
    abandon() {
      for (const pipe of outputs) pipe.destroy();
      stdin?.destroy();
    },
  };
}

function identityOf(fd: number): InputIdentity {
  const { dev, ino } = fstatSync(fd, { bigint: true });
  return { dev, ino };
}

function fdAt(pipes: readonly PipeEnds[], index: number): PipeEnds {
  const pipe = pipes[index];
  if (pipe === undefined) throw new RangeError(`pipe ${index} of ${pipes.length}`);
  return pipe;
}
