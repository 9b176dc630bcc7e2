/** Text that may come without end: its beginning and its end are kept, and what is missing between is said. */

/** Of one text of one test. Enough for a long diff; a thousand of them at once are some ten megabytes. */
export const longestText = 2 ** 14;

export class BoundedText {
  readonly #headLimit: number;
  readonly #tailLimit: number;
  /** Most texts of most tests stay empty. */
  #head: Pieces | null = null;
  #tail: Pieces | null = null;
  #length = 0;

  constructor(limit = longestText) {
    this.#headLimit = Math.ceil((limit * 3) / 4);
    this.#tailLimit = limit - this.#headLimit;
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(text: string): void {
    this.#length += text.length;
    this.#head ??= new Pieces();
    const room = this.#headLimit - this.#head.length;
    if (room > 0) this.#head.add(text.slice(0, room));
    if (text.length <= room) return;
    this.#tail ??= new Pieces();
    this.#tail.add((room > 0 ? text.slice(room) : text).slice(-this.#tailLimit));
    this.#tail.dropAllBut(this.#tailLimit);
  }

  addLine(line: string): void {
    this.add(this.#length === 0 ? line : `\n${line}`);
  }

  replace(text: string): void {
    this.#head = null;
    this.#tail = null;
    this.#length = 0;
    this.add(text);
  }

  /** Without blank lines around it; null when nothing is left. */
  text(): string | null {
    if (this.#head === null) return null;
    const head = this.#head.text();
    const tail = (this.#tail?.text() ?? "").slice(-this.#tailLimit);
    const missing = this.#length - head.length - tail.length;
    const text = trimBlank(missing > 0 ? joinCut(head, tail, missing) : head + tail);
    return text === "" ? null : text;
  }
}

/**
 * A text that grows, in copies of some length: appending to a string makes a chain of all that was appended, which takes thirty times
 * the memory when those were short, and a slice of a long line holds the whole line.
 */
class Pieces {
  length = 0;
  #whole: string[] = [];
  #open = "";

  add(text: string): void {
    this.length += text.length;
    this.#open += text;
    if (this.#open.length < pieceChars) return;
    this.#whole.push(copyOf(this.#open));
    this.#open = "";
  }

  /** Keeps at least the last `limit` characters, and at most a piece more. */
  dropAllBut(limit: number): void {
    for (
      let first = this.#whole[0];
      first !== undefined && this.length - first.length >= limit;
      first = this.#whole[0]
    ) {
      this.length -= first.length;
      this.#whole.shift();
    }
  }

  text(): string {
    return this.#whole.join("") + this.#open;
  }
}

const pieceChars = 256;

/** `text`, or its head and tail, about `limit` characters; no code point is divided. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, Math.ceil((limit * 3) / 4));
  const tail = text.slice(text.length - (limit - head.length));
  return joinCut(head, tail, text.length - limit);
}

/** A copy that does not keep the long line alive from which it was sliced. */
export function detached(text: string, limit: number): string {
  return Buffer.from(text.slice(0, limit)).toString();
}

/** The same characters, also where a code point is divided. */
function copyOf(text: string): string {
  const encoding = text.isWellFormed() ? "utf8" : "utf16le";
  return Buffer.from(text, encoding).toString(encoding);
}

function joinCut(head: string, tail: string, missing: number): string {
  return `${withoutTornEnd(head)}\n[${missing} characters left out]\n${withoutTornStart(tail)}`;
}

function withoutTornEnd(text: string): string {
  return /[\ud800-\udbff]$/.test(text.slice(-1)) ? text.slice(0, -1) : text;
}

function withoutTornStart(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text;
}

/** Not `trim`: the indentation of the first line stays. By hand: `\s+$` takes quadratic time on many inner blanks. */
function trimBlank(text: string): string {
  let start = 0;
  for (let at = 0; at < text.length && isBlank(text.charCodeAt(at)); at++) if (text[at] === "\n") start = at + 1;
  return text.slice(start).trimEnd();
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}
