/** A file that somebody else appends to: its size, its lines, its ends, and what is new in it. */
import { closeSync, constants, lstatSync, openSync, readSync } from "node:fs";
import type { Ends } from "./head-tail.ts";
import { LineCounter } from "./lines.ts";

/** Read back per look: a fast writer costs a millisecond or two of each look, and keeps its speed. */
const bytesPerLook = 2 ** 22;
const blockBytes = 2 ** 16;

/** Opens the file for each look, so that it holds no descriptor; never throws, a file that is gone is empty. */
export class FollowedFile {
  readonly path: string;
  /** Of what was seen so far. */
  readonly lines = new LineCounter();
  size = 0;
  #seen = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Bytes that are there and were not looked at. */
  get behind(): number {
    return this.size - this.#seen;
  }

  /** Takes the size, then shows the next new bytes, in order, at most 4 MiB of them. Whether the file grew. */
  look(show: (chunk: Uint8Array, offset: number) => void): boolean {
    const before = this.size;
    this.size = this.#sizeNow();
    // `> /dev/stdout` truncated it: what was seen is gone, what comes is new.
    if (this.size < this.#seen) this.#seen = this.size;
    if (this.behind > 0) this.#show(show, Math.min(this.size, this.#seen + bytesPerLook));
    return this.size > before;
  }

  /** Head and tail of what is there now, at most `limit` bytes. */
  ends(limit: number): Ends {
    const size = this.#sizeNow();
    const first = size <= limit ? size : Math.ceil(limit / 2);
    const last = size <= limit ? 0 : Math.floor(limit / 2);
    return (
      this.#reading((fd) => ({
        head: readBytes(fd, 0, first),
        tail: readBytes(fd, size - last, last),
        omitted: size - first - last,
      })) ?? { head: Buffer.alloc(0), tail: Buffer.alloc(0), omitted: 0 }
    );
  }

  /** 0 for a link in its place: what that points to was not printed. */
  #sizeNow(): number {
    const found = lstatSync(this.path, { throwIfNoEntry: false });
    return found?.isFile() === true ? found.size : 0;
  }

  #show(show: (chunk: Uint8Array, offset: number) => void, end: number): void {
    this.#reading((fd) => {
      const block = Buffer.allocUnsafe(Math.min(blockBytes, end - this.#seen));
      while (this.#seen < end) {
        const count = readSync(fd, block, 0, Math.min(block.length, end - this.#seen), this.#seen);
        if (count === 0) break;
        const offset = this.#seen;
        this.#seen += count;
        this.lines.add(block.subarray(0, count));
        show(block.subarray(0, count), offset);
      }
    });
  }

  #reading<T>(use: (fd: number) => T): T | null {
    let fd: number | null = null;
    try {
      fd = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      return use(fd);
    } catch {
      // What cannot be read now is read at the end, where a failure is said in the summary.
      return null;
    } finally {
      if (fd !== null) closeSync(fd);
    }
  }
}

function readBytes(fd: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const count = readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes.subarray(0, done);
}
