/** Takes what a command prints: to artifacts on disk, a bounded preview in memory, counts and a hash. */
import { createHash, type Hash } from "node:crypto";
import { join } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { artifactFiles } from "./artifacts.ts";
import { CaptureFiles } from "./capture-files.ts";
import { type Ends, HeadTail } from "./head-tail.ts";
import { layOutCombined } from "./layout.ts";
import { LineCounter } from "./lines.ts";
import { Listeners, type OutputListener } from "./listeners.ts";
import { type PreviewText, previewOf } from "./preview.ts";
import type { OutputSummary, Stream, StreamSummary } from "./summary.ts";

export type { OutputListener } from "./listeners.ts";
export type { PreviewText } from "./preview.ts";

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
  readonly clock?: Clock;
}

export interface Recorder {
  /** Never throws: a failing disk is remembered and said in the summary, the preview and the counts go on. */
  write(stream: Stream, chunk: Uint8Array): void;
  /** A listener that throws is not called again. */
  onOutput(listener: OutputListener): Disposable;
  /** At most `maxBytes` of it when given, else `previewBytes`; the line that says what is omitted comes on top. */
  preview(stream: Stream, maxBytes?: number): PreviewText;
  /** Both ends of what was kept of it for inline text, as it was printed. */
  ends(stream: Stream): Ends;
  /** Bytes so far. */
  bytes(stream: Stream | "combined"): number;
  /** Newlines so far, plus one for an unterminated last line. */
  lines(stream: Stream | "combined"): number;
  /** Of the last chunk, on the monotonic clock; null before the first. */
  readonly lastOutputAt: number | null;
  /** Closes the artifacts and lays out `combined`. Later writes are counted nowhere. Idempotent. */
  finish(): Promise<OutputSummary>;
}

/** Throws `capacity`, `conflict` or `unavailable` when the artifacts cannot be made. */
export function createRecorder(options: RecorderOptions): Recorder {
  return new PipeRecorder(options);
}

/** What is known of one stream. Made at its first byte: a thousand silent handles cost next to nothing. */
class StreamTally {
  bytes = 0;
  readonly lines = new LineCounter();
  readonly preview: HeadTail;

  constructor(previewBytes: number) {
    this.preview = new HeadTail(previewBytes);
  }
}

class PipeRecorder implements Recorder {
  lastOutputAt: number | null = null;
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #files: CaptureFiles;
  readonly #listeners = new Listeners();
  readonly #tallies: Partial<Record<Stream, StreamTally>> = {};
  #endsOpen: Stream | null = null;
  #hash: Hash | null = null;
  #dropped = 0;
  #finished: Promise<OutputSummary> | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#files = new CaptureFiles(options.directory, options.merged);
  }

  write(stream: Stream, chunk: Uint8Array): void {
    if (this.#finished !== null || chunk.length === 0) return;
    this.lastOutputAt = this.#clock.monotonic();
    const room = this.#options.maxBytes - this.bytes("combined");
    if (room > 0)
      this.#keep(this.#options.merged ? "stdout" : stream, chunk.length > room ? chunk.subarray(0, room) : chunk);
    if (chunk.length > room) this.#drop(chunk.length - Math.max(0, room));
  }

  onOutput(listener: OutputListener): Disposable {
    return this.#listeners.add(listener);
  }

  preview(stream: Stream, maxBytes?: number): PreviewText {
    const tally = this.#tallies[stream] ?? new StreamTally(0);
    const facts = { newlines: tally.lines.newlines, growing: this.#finished === null };
    return previewOf(tally.preview.ends(maxBytes), facts);
  }

  ends(stream: Stream): Ends {
    return (this.#tallies[stream] ?? new StreamTally(0)).preview.ends();
  }

  bytes(stream: Stream | "combined"): number {
    if (stream === "combined") return this.bytes("stdout") + this.bytes("stderr");
    return this.#tallies[stream]?.bytes ?? 0;
  }

  lines(stream: Stream | "combined"): number {
    if (stream !== "combined") return this.#tallies[stream]?.lines.lines ?? 0;
    const newlines = (this.#tallies.stdout?.lines.newlines ?? 0) + (this.#tallies.stderr?.lines.newlines ?? 0);
    const last = this.#endsOpen === null ? undefined : this.#tallies[this.#endsOpen]?.lines;
    return newlines + (last === undefined ? 0 : last.lines - last.newlines);
  }

  finish(): Promise<OutputSummary> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  #keep(stream: Stream, chunk: Uint8Array): void {
    this.#tallies[stream] ??= new StreamTally(this.#options.previewBytes);
    const tally = this.#tallies[stream];
    const offset = tally.bytes;
    tally.bytes += chunk.length;
    tally.lines.add(chunk);
    tally.preview.push(chunk);
    this.#endsOpen = stream;
    this.#files.append(stream, chunk);
    if (this.#files.error === null) {
      this.#hash ??= createHash("sha256");
      this.#hash.update(chunk);
    }
    this.#listeners.tell(stream, chunk, offset);
  }

  #drop(bytes: number): void {
    const first = this.#dropped === 0;
    this.#dropped += bytes;
    if (first) this.#options.onLimit();
  }

  async #finish(): Promise<OutputSummary> {
    const { directory, merged } = this.#options;
    this.#files.close();
    const writeError = this.#files.error;
    const hash = writeError === null ? (this.#hash ?? createHash("sha256")).digest("hex") : null;
    const combined = await layOutCombined(directory);
    const path = (stream: Stream) => join(directory, artifactFiles[stream]);
    return {
      stdout: this.#summary("stdout", path("stdout")),
      stderr: this.#summary("stderr", merged ? null : path("stderr")),
      combined: this.#summary("combined", combined),
      sha256: hash === null ? null : `sha256:${hash}`,
      hashOmitted: hash === null ? "write_failed" : null,
      droppedBytes: this.#dropped,
      writeError,
    };
  }

  #summary(stream: Stream | "combined", path: string | null): StreamSummary {
    return { bytes: this.bytes(stream), lines: this.lines(stream), path };
  }
}
