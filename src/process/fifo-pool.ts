/** FIFOs made in advance, many by one `mkfifo` process, so that a launch pays for two opens and not for a process. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { errnoOf, LonghandError } from "../base/errors.ts";
import { closePipe, openFifo, type PipeEnds, type PipeReader, unlinkQuietly } from "./fifo.ts";
import { fileError } from "./system-error.ts";

const run = promisify(execFile);

export interface FifoPoolOptions {
  /** An existing private directory; the pool makes one of its own in it, 0700. */
  readonly runtimeDir: string;
  /** FIFOs per `mkfifo`. One start of it blocks the event loop for about 1 ms: with 128, 1.5 % of it falls to a launch. */
  readonly batch?: number;
}

/** What one `mkfifo` is asked for at most, so that its arguments stay far from every limit. */
const largestBatch = 2_048;

/** A machine where this takes longer cannot start commands either. */
const mkfifoTimeoutMs = 20_000;

export class FifoPool {
  readonly #runtimeDir: string;
  readonly #batch: number;
  #directory: string | undefined;
  #free: string[] = [];
  #made = 0;
  /** FIFOs that callers wait for just now. */
  #wanted = 0;
  #refilling: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor({ runtimeDir, batch = 128 }: FifoPoolOptions) {
    this.#runtimeDir = runtimeDir;
    this.#batch = batch;
  }

  /**
   * One open pipe for each of `readers`, all or none; the caller owns the fds. Throws `capacity` (details.errno), `unavailable`,
   * `unsupported` (no mkfifo) or `closed`.
   */
  async take(readers: readonly PipeReader[]): Promise<PipeEnds[]> {
    if (readers.length === 0) return [];
    try {
      return await this.#openAll(readers);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT") throw fileError(error, "A pipe");
      // Somebody cleaned the temporary directory: what is pooled is gone, a new directory will do.
      this.#forget();
      return await this.#openAll(readers).catch((again: unknown) => {
        throw fileError(again, "A pipe");
      });
    }
  }

  /** Removes the directory. Idempotent; pipes that were taken live on. */
  close(): Promise<void> {
    this.#closing ??= this.#remove();
    return this.#closing;
  }

  async #openAll(readers: readonly PipeReader[]): Promise<PipeEnds[]> {
    const paths = await this.#takePaths(readers.length);
    const pipes: PipeEnds[] = [];
    try {
      for (const [index, reader] of readers.entries()) pipes.push(openFifo(paths[index] ?? "", reader));
      return pipes;
    } catch (error) {
      for (const pipe of pipes) closePipe(pipe);
      for (const path of paths) unlinkQuietly(path);
      throw error;
    }
  }

  async #takePaths(count: number): Promise<string[]> {
    this.#wanted += count;
    try {
      while (this.#free.length < count) await this.#refill();
      if (this.#closing !== undefined) throw closedError();
    } finally {
      this.#wanted -= count;
    }
    const paths = this.#free.splice(-count);
    // A failure of this one is nobody's: who finds the pool empty tries again and gets the error.
    if (this.#free.length < this.#batch / 4) this.#refill().catch(() => undefined);
    return paths;
  }

  #refill(): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(closedError());
    this.#refilling ??= this.#make().finally(() => {
      this.#refilling = undefined;
    });
    return this.#refilling;
  }

  async #make(): Promise<void> {
    this.#directory ??= await mkdtemp(join(this.#runtimeDir, "pipes-"));
    const directory = this.#directory;
    const count = Math.min(Math.max(this.#batch, this.#wanted), largestBatch);
    const names = Array.from({ length: count }, () => (this.#made++).toString(36));
    try {
      await run("mkfifo", ["-m", "600", "--", ...names], { cwd: directory, timeout: mkfifoTimeoutMs });
    } catch (error) {
      for (const name of names) unlinkQuietly(join(directory, name));
      throw await this.#whyNot(error, directory);
    }
    this.#free.push(...names.map((name) => join(directory, name)));
  }

  async #whyNot(error: unknown, directory: string): Promise<unknown> {
    if (errnoOf(error) !== "ENOENT") return error;
    const there = await stat(directory).then(
      () => true,
      () => false,
    );
    if (!there) return error;
    return new LonghandError("unsupported", "mkfifo is not installed: without it output cannot be captured by pipes.", {
      details: { errno: "ENOENT", program: "mkfifo" },
      cause: error,
    });
  }

  #forget(): void {
    this.#free = [];
    this.#directory = undefined;
  }

  async #remove(): Promise<void> {
    await this.#refilling?.catch(() => undefined);
    const directory = this.#directory;
    this.#forget();
    if (directory !== undefined) await rm(directory, { recursive: true, force: true });
  }
}

function closedError(): LonghandError {
  return new LonghandError("closed", "The launcher is closed.");
}
