/** Bytes in any chunking to lines of text, with bounded memory: what is too long is skipped to its end and reported once. */

/** 32 MiB: a file written through `stdin` fits, a stream without line ends does not. */
export const defaultMaxLineBytes: number = 32 * 1024 * 1024;

export type Line =
  | { readonly kind: "line"; readonly text: string }
  /** Reported when the limit is passed, not at the end of the line: that may never come. */
  | { readonly kind: "too_long" }
  /** Not UTF-8. Nothing is guessed: a command with replaced characters is another command. */
  | { readonly kind: "not_text" };

const lineFeed = 0x0a;
/** The buffer of an ordinary line; one that grew larger is given back after its line. */
const ordinaryBytes = 64 * 1024;

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #held: Buffer = Buffer.allocUnsafe(ordinaryBytes);
  #size = 0;
  #skipping = false;

  constructor(maxBytes: number = defaultMaxLineBytes) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that this chunk completes. Empty lines are none. */
  *push(chunk: Uint8Array): Generator<Line, void, undefined> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(lineFeed, start);
      const part = chunk.subarray(start, end === -1 ? undefined : end);
      if (!this.#skipping && this.#size + part.length > this.#maxBytes) {
        this.#skipping = true;
        this.#release();
        yield { kind: "too_long" };
      }
      if (end === -1) {
        if (!this.#skipping) this.#hold(part);
        return;
      }
      if (!this.#skipping) yield* this.#line(part);
      this.#skipping = false;
      start = end + 1;
    }
  }

  /** What came after the last line end: `printf '{…}' | longhand bridge` is a whole line too. */
  *end(): Generator<Line, void, undefined> {
    if (!this.#skipping) yield* this.#line(new Uint8Array());
  }

  *#line(rest: Uint8Array): Generator<Line, void, undefined> {
    let bytes = rest;
    if (this.#size > 0) {
      this.#hold(rest);
      bytes = this.#held.subarray(0, this.#size);
    }
    const line = this.#decode(bytes);
    this.#release();
    if (line.kind !== "line" || line.text.trim() !== "") yield line;
  }

  #decode(bytes: Uint8Array): Line {
    try {
      return { kind: "line", text: this.#decoder.decode(bytes) };
    } catch {
      return { kind: "not_text" };
    }
  }

  /** Doubles when full, so that a line in tiny chunks costs no more than its length. */
  #hold(part: Uint8Array): void {
    const size = this.#size + part.length;
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, Math.min(2 * this.#held.length, this.#maxBytes)));
      this.#held.copy(larger, 0, 0, this.#size);
      this.#held = larger;
    }
    this.#held.set(part, this.#size);
    this.#size = size;
  }

  #release(): void {
    this.#size = 0;
    if (this.#held.length > ordinaryBytes) this.#held = Buffer.allocUnsafe(ordinaryBytes);
  }
}
