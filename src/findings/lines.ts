/** The lines of what a command printed, as plain text: bounded in length, whatever the chunks, and without blocking anybody. */
import { stripVTControlCharacters } from "node:util";
import { type ChunkOptions, eachChunk, type ReadEnd } from "./chunks.ts";
import { ReadingTime } from "./reading-time.ts";

/** Longer lines are cut: no test result and no diagnostic is that long, and every expression runs over the whole line. */
const defaultMaxLineBytes = 2 ** 16;
/** Looking at the clock costs about as much as looking at a short line. */
const linesPerLook = 16;

const newline = 0x0a;

export interface LineOptions extends ChunkOptions {
  /** Default 64 KiB. */
  readonly maxLineBytes?: number;
  /** Awaited after the lines of each chunk: where what was found goes to the disk. */
  readonly afterChunk?: () => Promise<void>;
}

/** `offset`: of the first byte of the line in the file. `cut`: its end is missing. */
export type OnLine = (line: string, offset: number, cut: boolean) => void;

/**
 * Calls `onLine` with each line of a file: without its newline, escape sequences, and what a `\r` overwrote; invalid UTF-8 is
 * replaced. Yields to the event loop every few milliseconds. Errors as in `eachChunk`.
 */
export async function eachLine(path: string, options: LineOptions, onLine: OnLine): Promise<ReadEnd> {
  const splitter = new LineSplitter(options);
  const { time = new ReadingTime() } = options;
  let stopped = false;
  const stop = (): boolean => stopped || options.stop?.() === true;
  const end = await eachChunk(path, { ...options, time, stop }, async (chunk) => {
    splitter.push(chunk);
    for (let count = 1; splitter.take(onLine); count++) {
      if (count % linesPerLook !== 0 || !time.wantsTurn) continue;
      if (options.stop?.() === true) {
        stopped = true;
        return;
      }
      await time.turn();
    }
    await options.afterChunk?.();
  });
  if (end === "end") splitter.end(onLine);
  return end;
}

/** Bytes in, lines out: the same ones however the bytes are divided. Holds at most one line of the greatest length. */
export class LineSplitter {
  readonly #maxBytes: number;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Copies of the start of a line whose end has not come; what is over the limit is not kept. */
  #open: Buffer[] = [];
  #openBytes = 0;
  #lineOffset: number;
  #offset: number;

  /** `from`: the offset of the first byte. */
  constructor({ maxLineBytes = defaultMaxLineBytes, from = 0 }: { maxLineBytes?: number; from?: number } = {}) {
    this.#maxBytes = maxLineBytes;
    this.#lineOffset = from;
    this.#offset = from;
  }

  /** The next chunk; every line of the one before must have been taken. */
  push(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** Hands out the next whole line; false when there is none in this chunk. */
  take(onLine: OnLine): boolean {
    const end = this.#chunk.indexOf(newline, this.#at);
    const rest = this.#chunk.subarray(this.#at, end === -1 ? undefined : end);
    this.#offset += rest.length + (end === -1 ? 0 : 1);
    if (end === -1) {
      this.#at = this.#chunk.length;
      this.#keep(rest);
      return false;
    }
    this.#at = end + 1;
    this.#show(rest, onLine);
    return true;
  }

  /** What comes after the last newline is a line too. */
  end(onLine: OnLine): void {
    if (this.#openBytes > 0) this.#show(Buffer.alloc(0), onLine);
  }

  #keep(bytes: Buffer): void {
    // One byte over the limit is enough to know that the line was cut; the byte itself is never shown.
    const room = Math.max(0, this.#maxBytes + 1 - this.#openBytes);
    if (room > 0 && bytes.length > 0) this.#open.push(Buffer.from(bytes.subarray(0, room)));
    this.#openBytes += Math.min(room, bytes.length);
  }

  #show(rest: Buffer, onLine: OnLine): void {
    const offset = this.#lineOffset;
    this.#lineOffset = this.#offset;
    let bytes = rest;
    if (this.#openBytes > 0) {
      this.#keep(rest);
      bytes = Buffer.concat(this.#open);
      this.#open = [];
      this.#openBytes = 0;
    }
    const cut = bytes.length > this.#maxBytes;
    const text = cut ? bytes.toString("utf8", 0, wholeEnd(bytes, this.#maxBytes)) : bytes.toString("utf8");
    onLine(plainLine(text), offset, cut);
  }
}

/** The greatest cut up to `limit` that divides no code point of valid UTF-8. */
function wholeEnd(bytes: Buffer, limit: number): number {
  let end = limit;
  while (end > limit - 4 && end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}

/** A line as a terminal would show it; a progress bar that was redrawn shows its last state. */
function plainLine(text: string): string {
  const plain = text.includes("\x1b") || text.includes("\x9b") ? stripVTControlCharacters(text) : text;
  if (!plain.includes("\r")) return plain;
  let end = plain.length;
  while (plain[end - 1] === "\r") end--;
  return plain.slice(plain.lastIndexOf("\r", end - 1) + 1, end);
}
