/** The artifacts of a running command: appends what it printed, and remembers the first failure of the disk. */
import { closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../base/errors.ts";
import { artifactFiles, createFile, createFiles, indexFile } from "./artifacts.ts";
import { encodeRecords, type IndexRecord } from "./combined-index.ts";
import type { OutputSummary, Stream } from "./summary.ts";

/**
 * Writes are synchronous on purpose. The chunk is a view into a buffer that the next read fills again, so an asynchronous
 * write would have to copy and queue it: memory without a bound, and a third of the speed. The state directory is local
 * (checked where it is chosen), so a write is a copy into the page cache.
 */
export class CaptureFiles {
  readonly #directory: string;
  readonly #fds: Record<Stream, number | null>;
  readonly #sizes: Record<Stream, number> = { stdout: 0, stderr: 0 };
  /** Opened when the second stream prints for the first time: most commands print to one. */
  #index: number | null = null;
  #last: Stream | null = null;
  #error: OutputSummary["writeError"] = null;
  #closed = false;

  /** Throws `capacity`, `conflict` or `unavailable` when the files cannot be made: before the command is started. */
  constructor(directory: string, merged: boolean) {
    this.#directory = directory;
    const names = merged ? [artifactFiles.stdout] : [artifactFiles.stdout, artifactFiles.stderr];
    const [stdout = null, stderr = null] = createFiles(names.map((name) => join(directory, name)));
    this.#fds = { stdout, stderr };
  }

  /** The first failure; from then on nothing is written, so that what is there has no holes. */
  get error(): OutputSummary["writeError"] {
    return this.#error;
  }

  append(stream: Stream, chunk: Uint8Array): void {
    const fd = this.#fds[stream];
    if (fd === null || this.#error !== null || this.#closed) return;
    try {
      if (this.#last !== stream) this.#switchTo(stream);
      this.#sizes[stream] += chunk.length;
      writeAll(fd, chunk);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#error = { errno: errnoOf(error) ?? "UNKNOWN", message };
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const fd of [this.#fds.stdout, this.#fds.stderr, this.#index]) {
      try {
        if (fd !== null) closeSync(fd);
      } catch {
        // The number is gone either way, and what the file lacks was said when it was written.
      }
    }
  }

  #switchTo(stream: Stream): void {
    const { stdout, stderr } = this.#sizes;
    const record: IndexRecord = { combinedStart: stdout + stderr, stream, streamOffset: this.#sizes[stream] };
    if (this.#index !== null) writeAll(this.#index, encodeRecords([record]));
    else if (this.#last !== null) {
      const first: IndexRecord = { combinedStart: 0, stream: this.#last, streamOffset: 0 };
      this.#index = createFile(join(this.#directory, indexFile));
      writeAll(this.#index, encodeRecords([first, record]));
    }
    this.#last = stream;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  // A nearly full disk takes a part, and says so only at the next write.
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}
