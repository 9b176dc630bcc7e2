/** One of our own streams, fed with a command's bytes: exact, in order, and never more of them in memory than a slow reader is worth. */
import { createReadStream } from "node:fs";
import { errnoOf } from "../base/errors.ts";

/** Enough to keep a fast reader busy; from here on the command is held back. */
const holdBytes = 1024 * 1024;
/** What a command that cannot be held back (it has ended, its leftovers print) may pile up; the rest is read from the artifact. */
const mostBytes = 32 * 1024 * 1024;

export interface Written {
  readonly chunk: Uint8Array;
  readonly offset: number;
}

export class Outlet {
  readonly #stream: NodeJS.WriteStream;
  readonly #onError: (error: unknown) => void;
  /** Bytes of the command's stream that were handed on. */
  #taken = 0;
  #isBehind = false;
  #broken: unknown = null;
  #ready: Promise<void> | null = null;

  /** `onBroken` is called once: nobody reads any more (EPIPE), or the disk is full. */
  constructor(stream: NodeJS.WriteStream, onBroken: (error: unknown) => void) {
    this.#stream = stream;
    this.#onError = (error) => {
      if (this.#broken !== null) return;
      this.#broken = error;
      onBroken(error);
    };
    stream.on("error", this.#onError);
  }

  get broken(): boolean {
    return this.#broken !== null;
  }

  /** A promise when there should be no more for now. */
  take({ chunk, offset }: Written): Promise<void> | undefined {
    if (this.broken) return undefined;
    this.#isBehind ||= offset !== this.#taken || this.#stream.writableLength > mostBytes;
    if (this.#isBehind) return undefined;
    this.#taken += chunk.length;
    // A copy: the chunk is only valid during the call.
    this.#stream.write(Buffer.from(chunk));
    return this.#stream.writableLength > holdBytes ? this.#drained() : undefined;
  }

  /** Resolves when all `bytes` of the stream are written; those that never came here are read from the artifact. */
  async finish(artifact: string | null, bytes: number): Promise<void> {
    if (artifact !== null && this.#taken < bytes && !this.broken) {
      await this.#drained();
      for await (const chunk of createReadStream(artifact, { start: this.#taken, end: bytes - 1 })) {
        if (this.broken) break;
        this.#taken += (chunk as Uint8Array).length;
        this.#stream.write(chunk as Uint8Array);
        await this.#drained();
      }
    }
    await this.#drained();
  }

  #drained(): Promise<void> {
    if (this.broken || this.#stream.writableLength === 0) return Promise.resolve();
    this.#ready ??= new Promise((resolve) => {
      const done = (): void => {
        this.#stream.off("error", done);
        this.#ready = null;
        resolve();
      };
      // Called in order, after everything that was written before. Unlike "drain" it comes for the smallest backlog too.
      this.#stream.write("", done);
      this.#stream.once("error", done);
    });
    return this.#ready;
  }
}

/** The reader has gone: that is how pipes end, and no error. */
export function isNobodyReading(error: unknown): boolean {
  return errnoOf(error) === "EPIPE";
}
