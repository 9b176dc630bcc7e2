/** The bytes of output that a person sees, and where each of them was: what a pattern is searched in. */
import { escapeByte, escapeLength, longestEscape } from "./escape-sequence.ts";
import { wholeEnd } from "./text.ts";

const carriageReturn = 0x0d;
const newline = 0x0a;

export interface VisibleText {
  readonly text: Buffer;
  /** Bytes of the input that are accounted for. What follows is the start of something whose end is not there yet. */
  readonly consumed: number;
  /** Where in the input a byte of the text was; for the end of the text, `consumed`. */
  toRaw(index: number): number;
  /** The first byte of the text that was at or behind this place of the input. */
  fromRaw(offset: number): number;
}

/**
 * Without escape sequences (as `plainText` knows them: colours, cursor moves, titles, links) and without carriage returns before a newline.
 * Unless `final`, a sequence, a code point or a carriage return that the next bytes may continue is left for later.
 */
export function visibleText(raw: Buffer, { final }: { readonly final: boolean }): VisibleText {
  const scan = new Scan(raw, final);
  const scanned = scan.run();
  const text = scan.text();
  const whole = final ? text.length : wholeEnd(text);
  // A cut that leaves nothing of much would never get on.
  if (whole === text.length || (whole === 0 && raw.length >= longestEscape)) return scan.result(text, scanned);
  return scan.result(text.subarray(0, whole), scan.rawOf(whole));
}

class Scan {
  readonly #raw: Buffer;
  readonly #final: boolean;
  /** Runs that were kept: where each begins, in the text and in the input. */
  readonly #textStarts: number[] = [];
  readonly #rawStarts: number[] = [];
  #length = 0;

  constructor(raw: Buffer, final: boolean) {
    this.#raw = raw;
    this.#final = final;
  }

  /** How far it came. */
  run(): number {
    const raw = this.#raw;
    let at = 0;
    let nextEscape = indexOr(raw, escapeByte, 0);
    let nextReturn = indexOr(raw, carriageReturn, 0);
    while (at < raw.length) {
      if (nextEscape < at) nextEscape = indexOr(raw, escapeByte, at);
      if (nextReturn < at) nextReturn = indexOr(raw, carriageReturn, at);
      const stop = Math.min(nextEscape, nextReturn);
      this.#keep(at, stop);
      if (stop === raw.length) break;
      const skipped = stop === nextEscape ? escapeLength(raw, stop, this.#final) : this.#returns(stop);
      if (skipped === null) return stop;
      at = stop + skipped;
    }
    return raw.length;
  }

  text(): Buffer {
    if (this.#textStarts.length === 1) {
      const start = this.#rawStarts[0] ?? 0;
      return this.#raw.subarray(start, start + this.#length);
    }
    const text = Buffer.allocUnsafe(this.#length);
    for (const [run, start] of this.#textStarts.entries()) {
      const from = this.#rawStarts[run] ?? 0;
      this.#raw.copy(text, start, from, from + (this.#textStarts[run + 1] ?? this.#length) - start);
    }
    return text;
  }

  rawOf(index: number): number {
    const run = lastAtOrBefore(this.#textStarts, index);
    return (this.#rawStarts[run] ?? 0) + index - (this.#textStarts[run] ?? 0);
  }

  result(text: Buffer, consumed: number): VisibleText {
    return {
      text,
      consumed,
      toRaw: (index) => (index >= text.length ? consumed : this.rawOf(index)),
      fromRaw: (offset) => Math.min(text.length, this.#firstFrom(offset)),
    };
  }

  #firstFrom(offset: number): number {
    const run = lastAtOrBefore(this.#rawStarts, offset);
    if (run < 0) return 0;
    const end = this.#textStarts[run + 1] ?? this.#length;
    return Math.min(end, (this.#textStarts[run] ?? 0) + offset - (this.#rawStarts[run] ?? 0));
  }

  #keep(from: number, to: number): void {
    if (to <= from) return;
    this.#textStarts.push(this.#length);
    this.#rawStarts.push(from);
    this.#length += to - from;
  }

  /** A run of carriage returns: part of the end of a line, or text. Null when what follows decides. */
  #returns(at: number): number | null {
    let end = at;
    while (this.#raw[end] === carriageReturn) end++;
    const open = end === this.#raw.length && !this.#final && end - at < longestEscape;
    if (open) return null;
    if (this.#raw[end] !== newline) this.#keep(at, end);
    return end - at;
  }
}

function indexOr(bytes: Buffer, byte: number, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found === -1 ? bytes.length : found;
}

/** Index of the last of the sorted numbers that is not greater; -1 when there is none. */
function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
