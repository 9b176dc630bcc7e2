/** Takes what a command prints: to artifacts on disk, a bounded preview in memory, counts and a hash. */
import type { OutputSummary, Stream } from "./summary.ts";

export interface RecorderOptions {
  /** Directory of this handle's artifacts; it exists, 0700. */
  readonly directory: string;
  /** One stream in exact order: everything is `stdout`. */
  readonly merged: boolean;
  /** Bytes kept over all streams; what comes after is counted and dropped, and `onLimit` is called once. */
  readonly maxBytes: number;
  /** Bytes of head plus tail kept per stream for inline text. */
  readonly previewBytes: number;
  readonly onLimit: () => void;
}

/** Head and tail of a stream as text: whole code points, escape sequences removed. */
export interface PreviewText {
  readonly text: string;
  readonly truncated: boolean;
  /** Bytes between head and tail that are not shown. */
  readonly omittedBytes: number;
  /** Lines that are not shown. */
  readonly omittedLines: number;
}

/** Chunks as they arrive, for live viewers and waits on a pattern. Valid only during the call. */
export type OutputListener = (stream: Stream, chunk: Uint8Array, offset: number) => void;

export interface Recorder {
  /** Never throws: a failing disk is remembered and said in the summary, the preview and the counts go on. */
  write(stream: Stream, chunk: Uint8Array): void;
  onOutput(listener: OutputListener): Disposable;
  /** At most `maxBytes` of it when given, else `previewBytes`. */
  preview(stream: Stream, maxBytes?: number): PreviewText;
  /** Bytes so far. */
  bytes(stream: Stream | "combined"): number;
  /** Newlines so far, plus one for an unterminated last line. */
  lines(stream: Stream | "combined"): number;
  /** Of the last chunk, on the monotonic clock; null before the first. */
  readonly lastOutputAt: number | null;
  /** Closes the artifacts and lays out `combined`. Later writes are counted nowhere. Idempotent. */
  finish(): Promise<OutputSummary>;
}
