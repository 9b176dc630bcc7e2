/** The first and the last bytes of something endless, in bounded memory. */

/** Where the buffers start: most commands print a few lines. They double up to their limit. */
const firstCapacity = 512;

export interface Ends {
  readonly head: Buffer;
  readonly tail: Buffer;
  /** Bytes between head and tail; 0 when the two are all there is. */
  readonly omitted: number;
}

/** Keeps the first half of `limit` bytes and the last half. Takes no memory before the first byte. */
export class HeadTail {
  readonly limit: number;
  readonly #head: Growing;
  readonly #tail: Ring;
  #total = 0;

  constructor(limit: number) {
    this.limit = limit;
    this.#head = new Growing(Math.ceil(limit / 2));
    this.#tail = new Ring(Math.floor(limit / 2));
  }

  /** Bytes pushed so far. */
  get total(): number {
    return this.#total;
  }

  push(chunk: Uint8Array): void {
    this.#total += chunk.length;
    const taken = this.#head.take(chunk);
    if (taken < chunk.length) this.#tail.push(taken === 0 ? chunk : chunk.subarray(taken));
  }

  /** At most `limit` bytes of both ends, as copies. */
  ends(limit: number = this.limit): Ends {
    const head = this.#head.bytes();
    const tail = this.#tail.bytes();
    const room = Math.min(limit, this.limit);
    if (this.#total <= room) return { head, tail, omitted: 0 };
    const first = head.subarray(0, Math.ceil(room / 2));
    // What is asked for may end within the head, so the tail is taken of both.
    const last = Math.floor(room / 2);
    const both = tail.length >= last ? tail : Buffer.concat([head, tail]);
    return { head: first, tail: both.subarray(both.length - last), omitted: this.#total - first.length - last };
  }
}

/** The first `limit` bytes. */
class Growing {
  readonly #limit: number;
  #buffer: Buffer | undefined;
  #length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many bytes of the chunk still fitted. */
  take(chunk: Uint8Array): number {
    const fits = Math.min(chunk.length, this.#limit - this.#length);
    if (fits === 0) return 0;
    this.#buffer = grown(this.#buffer, this.#length, this.#length + fits, this.#limit);
    this.#buffer.set(fits === chunk.length ? chunk : chunk.subarray(0, fits), this.#length);
    this.#length += fits;
    return fits;
  }

  bytes(): Buffer {
    return Buffer.from(this.#buffer?.subarray(0, this.#length) ?? []);
  }
}

/** The last `limit` bytes: a buffer that grows, and is a ring once it is full. */
class Ring {
  readonly #limit: number;
  #buffer: Buffer | undefined;
  #length = 0;
  /** Where the oldest byte is, and the next one goes, once the ring is full. */
  #oldest = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): void {
    if (this.#limit === 0 || chunk.length === 0) return;
    if (chunk.length >= this.#limit) {
      this.#replace(chunk.subarray(chunk.length - this.#limit));
      return;
    }
    const fits = Math.min(chunk.length, this.#limit - this.#length);
    const buffer = grown(this.#buffer, this.#length, this.#length + fits, this.#limit);
    this.#buffer = buffer;
    buffer.set(chunk.subarray(0, fits), this.#length);
    this.#length += fits;
    if (fits < chunk.length) this.#overwrite(buffer, chunk.subarray(fits));
  }

  bytes(): Buffer {
    const buffer = this.#buffer?.subarray(0, this.#length) ?? Buffer.alloc(0);
    return Buffer.concat([buffer.subarray(this.#oldest), buffer.subarray(0, this.#oldest)]);
  }

  #replace(all: Uint8Array): void {
    this.#buffer = grown(this.#buffer, 0, this.#limit, this.#limit);
    this.#buffer.set(all, 0);
    this.#length = this.#limit;
    this.#oldest = 0;
  }

  #overwrite(buffer: Buffer, chunk: Uint8Array): void {
    const first = Math.min(chunk.length, this.#limit - this.#oldest);
    buffer.set(chunk.subarray(0, first), this.#oldest);
    buffer.set(chunk.subarray(first), 0);
    this.#oldest = (this.#oldest + chunk.length) % this.#limit;
  }
}

/** The buffer with room for `needed` bytes. Not from Node's pool: a few kept bytes would hold on to a whole slab of it. */
function grown(buffer: Buffer | undefined, used: number, needed: number, limit: number): Buffer {
  if (buffer !== undefined && buffer.length >= needed) return buffer;
  const larger = Buffer.allocUnsafeSlow(Math.min(limit, Math.max(firstCapacity, 2 ** Math.ceil(Math.log2(needed)))));
  buffer?.copy(larger, 0, 0, used);
  return larger;
}
