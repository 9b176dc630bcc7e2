/**
 * What is typed into a terminal, in order. Node's own streams would block on a terminal whose program does not read (libuv writes to a
 * master as to a blocking file), so the bytes go there by non-blocking writes that are tried again.
 */
import { writeSync } from "node:fs";
import type { Clock, Timer } from "../base/clock.ts";
import { errnoOf } from "../base/errors.ts";
import type { OwnedInputPipe } from "./input-pipe.ts";

export interface TerminalInputOptions {
  /** The master, non-blocking. */
  readonly fd: number;
  /** Whether `fd` is closed by now, and may be somebody else's. */
  readonly isGone: () => boolean;
  readonly clock: Clock;
}

interface Entry {
  readonly bytes: Uint8Array;
  done: number;
  readonly settle: (accepted: boolean) => void;
}

/** A full terminal is not announced when it has room again: it is tried soon, and rarer the longer nobody reads. */
const firstRetryMs = 1;
const longestRetryMs = 50;

/** Ctrl-D. */
const endOfFile = 0x04;
const lineEnds: readonly (number | undefined)[] = [0x0a, 0x0d, endOfFile, undefined];

export class TerminalInput implements OwnedInputPipe {
  readonly closed: Promise<void>;
  readonly #options: TerminalInputOptions;
  readonly #closed = Promise.withResolvers<void>();
  readonly #queue: Entry[] = [];
  #pendingBytes = 0;
  #lastByte: number | undefined;
  #destroyed = false;
  #retryMs = firstRetryMs;
  #timer: Timer | null = null;

  constructor(options: TerminalInputOptions) {
    this.#options = options;
    this.closed = this.#closed.promise;
  }

  get isOpen(): boolean {
    return !this.#destroyed && !this.#options.isGone();
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    if (this.#destroyed) return Promise.resolve(false);
    this.#lastByte = bytes.at(-1) ?? this.#lastByte;
    this.#pendingBytes += bytes.length;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#queue.push({ bytes, done: 0, settle: resolve });
    if (this.#timer === null) this.#pump();
    return promise;
  }

  end(): void {
    // Within a line the first only hands over what was typed of it; the second then finds nothing, which is the end.
    const presses = lineEnds.includes(this.#lastByte) ? 1 : 2;
    void this.write(new Uint8Array(presses).fill(endOfFile));
  }

  destroy(): void {
    this.#destroyed = true;
    this.#timer?.cancel();
    this.#timer = null;
    this.#pendingBytes = 0;
    for (const { settle } of this.#queue.splice(0)) settle(false);
    this.#closed.resolve();
  }

  #pump(): void {
    this.#timer = null;
    for (let entry = this.#queue[0]; entry !== undefined; entry = this.#queue[0]) {
      const { fd, isGone } = this.#options;
      const written = isGone() ? null : writeSome(fd, entry.bytes.subarray(entry.done));
      if (written === null) {
        this.destroy();
        return;
      }
      entry.done += written;
      this.#pendingBytes -= written;
      if (written > 0) this.#retryMs = firstRetryMs;
      if (entry.done < entry.bytes.length) {
        this.#tryLater();
        return;
      }
      this.#queue.shift();
      entry.settle(true);
    }
  }

  #tryLater(): void {
    this.#timer = this.#options.clock.after(this.#retryMs, () => this.#pump(), { idle: true });
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}

/** How many bytes it took; null when nobody will ever read there. */
function writeSome(fd: number, bytes: Uint8Array): number | null {
  if (bytes.length === 0) return 0;
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return errnoOf(error) === "EAGAIN" ? 0 : null;
  }
}
