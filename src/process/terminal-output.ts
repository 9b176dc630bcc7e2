/**
 * What comes out of a terminal, to the last byte. Until the leader has exited the host holds the slave open: libuv before 1.52 takes the
 * hang-up that comes with the last close for the end, and drops what is unread. After the exit the rest is read directly, and the slave is
 * let go of.
 */
import { closeSync, readSync } from "node:fs";
import { ReadStream } from "node:tty";
import { errnoOf } from "../base/errors.ts";
import type { ChunkSink, OutputPipe } from "./child.ts";

export interface TerminalOutputOptions {
  readonly master: number;
  readonly slave: number;
  readonly sink: ChunkSink;
  /** Shared by all readers. */
  readonly buffer: Uint8Array;
}

/** What an ended leader can have left unread is some 70 KB. More comes from others, who may print for ever. */
const mostAtExit = 2 ** 20;

export class TerminalOutput implements OutputPipe {
  readonly ended: Promise<void>;
  /** Resolves when both ends are given back. Never rejects. */
  readonly closed: Promise<void>;
  readonly #options: TerminalOutputOptions;
  readonly #stream: ReadStream;
  readonly #ended = Promise.withResolvers<void>();
  #atEnd = false;
  #destroyed = false;
  #paused = false;
  #isRunningOut = false;
  #hasLeader = true;
  #slaveOpen = true;

  /** Takes over both fds, and reads from now on. */
  constructor(options: TerminalOutputOptions) {
    const { master, buffer } = options;
    const closed = Promise.withResolvers<void>();
    this.ended = this.#ended.promise;
    this.closed = closed.promise;
    this.#options = options;
    const callback = (length: number): boolean => {
      if (!this.#destroyed) options.sink(buffer.subarray(0, length));
      return true;
    };
    this.#stream = new ReadStream(master, { writable: false, onread: { buffer, callback } });
    // EIO: nobody holds the other end any more.
    this.#stream.on("error", () => this.#finish());
    this.#stream.once("end", () => this.#finish());
    this.#stream.once("close", () => {
      this.#finish();
      closed.resolve();
    });
    this.#flow();
  }

  get atEnd(): boolean {
    return this.#atEnd;
  }

  get master(): number {
    return this.#options.master;
  }

  /** The master is closed: its number may be somebody else's. */
  get isGone(): boolean {
    return this.#stream.destroyed;
  }

  pause(): void {
    if (this.#isRunningOut) return;
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.isGone) return;
    if (this.#hasLeader || !this.#slaveOpen) this.#flow();
    else this.#readRest();
  }

  runOut(): void {
    this.#isRunningOut = true;
    this.resume();
  }

  unref(): void {
    this.#stream.unref();
  }

  /** From now on the terminal ends when nobody else holds it. */
  leaderExited(): void {
    this.#hasLeader = false;
    if (!this.#paused) this.resume();
  }

  destroy(): void {
    this.#destroyed = !this.#atEnd;
    this.#finish();
  }

  /** Not `resume`: that starts again in the next tick, although it was paused meanwhile. */
  #flow(): void {
    this.#stream.read(0);
  }

  /** Nobody but us and descendants of the leader keeps the terminal. */
  #readRest(): void {
    const { master, buffer, sink } = this.#options;
    this.#stream.pause();
    this.#letGo();
    for (let total = 0; total < mostAtExit && !this.#paused && !this.isGone; ) {
      const length = readSome(master, buffer);
      if (length === null) this.#finish();
      if (length === null || length === 0) break;
      total += length;
      sink(buffer.subarray(0, length));
    }
    if (!this.#paused && !this.isGone) this.#flow();
  }

  #letGo(): void {
    if (this.#slaveOpen) closeSync(this.#options.slave);
    this.#slaveOpen = false;
  }

  #finish(): void {
    this.#atEnd = !this.#destroyed;
    this.#letGo();
    this.#stream.destroy();
    this.#ended.resolve();
  }
}

/** Bytes that were read: 0 when there are none for now, null when there will never be any. */
function readSome(fd: number, buffer: Uint8Array): number | null {
  try {
    return readSync(fd, buffer, 0, buffer.length, null) || null;
  } catch (error) {
    return errnoOf(error) === "EAGAIN" ? 0 : null;
  }
}
