/** A command's own streams for a caller that is a program in a pipe itself: every byte, in order, at the pace of whoever reads. */
import type { Handle } from "../handle/handle.ts";
import type { Stream } from "../output/summary.ts";

export interface OutputBytes {
  readonly stream: Stream;
  /** A view that is valid only during the call. */
  readonly chunk: Uint8Array;
  /** Of the chunk in the stream's artifact. */
  readonly offset: number;
}

/**
 * A promise holds the stream back until it resolves, as long as the command runs; what was in the pipe when it ended comes in
 * any case. A sink that throws is not called again.
 */
export type ByteSink = (output: OutputBytes) => Promise<void> | undefined;

export interface KeyboardSize {
  readonly cols: number;
  readonly rows: number;
}

/** What somebody at a terminal does to the command in it. */
export interface CommandKeyboard {
  /** False when nobody reads any more. */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Ctrl-D. */
  end(): void;
  /** Nothing when the terminal is gone. */
  resize(size: KeyboardSize): void;
}

export interface CallStreams {
  readonly onBytes?: ByteSink;
  /** A file descriptor of this process that the command reads as its stdin, when the input gives none. */
  readonly stdinFd?: number;
  /** Called when a command in a terminal has started. */
  readonly onTerminal?: (keyboard: CommandKeyboard) => void;
  /** Told once what became of `ready`, in words for people; the call itself goes on until the command has ended. */
  readonly onReady?: (facts: readonly string[]) => void;
}

/** The keyboard of a command that has a terminal; null without. */
export function keyboardOf({ child }: Handle): CommandKeyboard | null {
  const { stdin = null, terminal = null } = child ?? {};
  if (stdin === null || terminal === null) return null;
  return {
    write: (bytes) => stdin.write(bytes),
    end: () => stdin.end(),
    resize: (size) => void terminal.resize(size),
  };
}

/** Until the command ends. Output that goes straight to files is passed on, but cannot be held back. */
export function passBytes(handle: Handle, sink: ByteSink): void {
  const { child, recorder } = handle;
  const subscription = recorder?.onOutput((stream, chunk, offset) => {
    const ready = sink({ stream, chunk, offset });
    if (ready === undefined) return;
    const pipe = child?.[stream] ?? null;
    pipe?.pause();
    const resume = (): void => pipe?.resume();
    ready.then(resume, resume);
  });
  void handle.ended.then(() => subscription?.[Symbol.dispose]());
}
