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

export interface CallStreams {
  readonly onBytes?: ByteSink;
  /** A file descriptor of this process that the command reads as its stdin, when the input gives none. */
  readonly stdinFd?: number;
  /** Told once what became of `ready`, in words for people; the call itself goes on until the command has ended. */
  readonly onReady?: (facts: readonly string[]) => void;
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
