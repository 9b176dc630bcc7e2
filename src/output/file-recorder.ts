/** Capture by file: the child writes its artifacts itself, and we look at them now and then. */
import { closeSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { artifactFiles, createFiles } from "./artifacts.ts";
import { FollowedFile } from "./followed-file.ts";
import type { Ends } from "./head-tail.ts";
import { Listeners, type OutputListener } from "./listeners.ts";
import { type PreviewText, previewOf } from "./preview.ts";
import type { Recorder, RecorderOptions } from "./recorder.ts";
import { summarizeArtifacts } from "./summarize.ts";
import type { OutputSummary, Stream } from "./summary.ts";

/** Looks of 4 MiB at the end, for listeners that lag: beyond that they have the artifact. */
const lastLooks = 16;

const newline = 0x0a;

/**
 * The fastest transport, with less control: the cap is noticed by polling, so what was printed until the stop is kept and
 * `droppedBytes` is 0; `> /dev/stdout` in a script truncates what is there; two streams have no common order, so `combined`
 * and the hash exist only when one of them stayed silent. Listeners and the line counts of a running command follow at
 * 4 MiB per poll, in order. `write` does nothing: there is no place for it between the child's own writes.
 */
export interface FileRecorder extends Recorder {
  /** For the child's fds 1 and 2 (the same when merged). Open until `finish`. */
  readonly fds: Readonly<Record<Stream, number>>;
  /** Looks at the files; called by the owner, some ten times a second. Never throws. */
  poll(): void;
}

/** Throws `capacity`, `conflict` or `unavailable` when the artifacts cannot be made. */
export function createFileRecorder(options: RecorderOptions): FileRecorder {
  return new PollingRecorder(options);
}

class PollingRecorder implements FileRecorder {
  readonly fds: Readonly<Record<Stream, number>>;
  lastOutputAt: number | null = null;
  readonly #options: RecorderOptions;
  readonly #clock: Clock;
  readonly #listeners = new Listeners();
  readonly #files: ReadonlyMap<Stream, FollowedFile>;
  #limitPassed = false;
  #finished: Promise<OutputSummary> | null = null;
  #summary: OutputSummary | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const streams: readonly Stream[] = options.merged ? ["stdout"] : ["stdout", "stderr"];
    const paths = streams.map((stream) => join(options.directory, artifactFiles[stream]));
    const [stdout = -1, stderr = stdout] = createFiles(paths);
    this.fds = { stdout, stderr };
    this.#files = new Map(streams.map((stream, index) => [stream, new FollowedFile(paths[index] ?? "")]));
  }

  write(): void {}

  poll(): void {
    if (this.#finished !== null) return;
    this.#look();
    if (this.#limitPassed || this.bytes("combined") <= this.#options.maxBytes) return;
    this.#limitPassed = true;
    this.#options.onLimit();
  }

  onOutput(listener: OutputListener): Disposable {
    return this.#listeners.add(listener);
  }

  preview(stream: Stream, maxBytes: number = this.#options.previewBytes): PreviewText {
    const ends = this.#files.get(stream)?.ends(Math.min(maxBytes, this.#options.previewBytes));
    if (ends === undefined) return { text: "", truncated: false, omittedBytes: 0, omittedLines: 0 };
    const lines = this.lines(stream);
    const isOpen = (ends.tail.at(-1) ?? ends.head.at(-1) ?? newline) !== newline;
    return previewOf(ends, { newlines: isOpen ? lines - 1 : lines, growing: this.#summary === null });
  }

  ends(stream: Stream): Ends {
    const nothing = { head: Buffer.alloc(0), tail: Buffer.alloc(0), omitted: 0 };
    return this.#files.get(stream)?.ends(this.#options.previewBytes) ?? nothing;
  }

  bytes(stream: Stream | "combined"): number {
    return this.#summary?.[stream].bytes ?? this.#sum(stream, (file) => file.size);
  }

  lines(stream: Stream | "combined"): number {
    return this.#summary?.[stream].lines ?? this.#sum(stream, (file) => file.lines.lines);
  }

  finish(): Promise<OutputSummary> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<OutputSummary> {
    for (const fd of new Set([this.fds.stdout, this.fds.stderr])) closeSync(fd);
    this.#look();
    for (let look = 1; look < lastLooks && this.#isBehind() && !this.#listeners.empty; look++) this.#look();
    this.#summary = await summarizeArtifacts(this.#options.directory, { merged: this.#options.merged });
    return this.#summary;
  }

  #look(): void {
    for (const [stream, file] of this.#files) {
      const grew = file.look((chunk, offset) => this.#listeners.tell(stream, chunk, offset));
      if (grew) this.lastOutputAt = this.#clock.monotonic();
    }
  }

  #isBehind(): boolean {
    return [...this.#files.values()].some((file) => file.behind > 0);
  }

  #sum(stream: Stream | "combined", amount: (file: FollowedFile) => number): number {
    if (stream !== "combined") return amount(this.#files.get(stream) ?? new FollowedFile(""));
    return [...this.#files.values()].reduce((sum, file) => sum + amount(file), 0);
  }
}
