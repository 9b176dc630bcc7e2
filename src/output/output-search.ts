/** The search for a pattern in what is on disk: page after page, at the pace of the reader, with one window in memory. */
import type { Source } from "./artifact-file.ts";
import type { ArtifactName } from "./artifacts.ts";
import { longestEscape } from "./escape-sequence.ts";
import type { OutputPattern } from "./output-pattern.ts";
import type { SearchTurns } from "./search-turns.ts";
import { openSource } from "./source.ts";
import { decodeUtf8, wholeEnd, wholeStart } from "./text.ts";
import { type VisibleText, visibleText } from "./visible-text.ts";

const newline = 0x0a;
/** Before the offset from which is searched: enough to find the start of its line and what an escape sequence began. */
const lookBack = 4_096;
/** What is before the window and matters: one code point, for `^` and `\b`. */
const contextBytes = 4;
/** Shown beside a match, of its lines. */
const besideBytes = 1_000;
const longestShown = 4_000;

/** Offsets are of the raw bytes of the stream. */
export interface OutputMatch {
  readonly start: number;
  readonly end: number;
  /** What matched, without the escape sequences within. */
  readonly text: string;
  /** The lines in which it is, as far as they were printed; long ones are cut. */
  readonly lines: string;
}

export interface OutputSearchOptions {
  /** The artifacts directory of the handle. */
  readonly directory: string;
  readonly stream: ArtifactName;
  readonly pattern: OutputPattern;
  /** Byte at which a match may begin at the earliest. Default 0. */
  readonly fromOffset?: number;
  readonly turns: SearchTurns;
}

export interface LookOptions {
  /** Nothing will be printed any more: the end of the output is an end of a line. */
  readonly final: boolean;
  /** Asked before each step; true ends the look. */
  readonly stop?: () => boolean;
}

type Step = { readonly match: Omit<OutputMatch, "lines"> } | "go_on" | "at_end";

export class OutputSearch {
  readonly #options: OutputSearchOptions;
  /** No match begins before it. */
  readonly #floor: number;
  /** Where the window begins; null before the first look. */
  #at: number | null = null;
  /** Text before the window. */
  #context: Buffer = Buffer.alloc(0);
  /** Where the last look ended. */
  #seen = -1;

  constructor(options: OutputSearchOptions) {
    this.#options = options;
    this.#floor = options.fromOffset ?? 0;
  }

  /** No match begins before it that could still come true: a search from here misses nothing. */
  get resumeAt(): number {
    return Math.max(this.#floor, this.#at ?? 0);
  }

  /** Searches what is there and was not searched. Throws what `openSource` throws. One look at a time. */
  async look({ final, stop = () => false }: LookOptions): Promise<OutputMatch | null> {
    const { directory, stream, pattern, turns } = this.#options;
    await using source = await openSource(directory, stream);
    let at = this.#at ?? (await this.#begin(source));
    // A command that truncated its artifact begins again.
    if (source.size < at) [at, this.#context] = [source.size, Buffer.from("\n")];
    if (source.size === this.#seen && !final) return null;
    for (;;) {
      this.#at = at;
      if (stop()) return null;
      const raw = await source.read(at, pattern.span + pattern.page + longestEscape);
      const complete = at + raw.length >= source.size;
      const step = await turns.run(() => (stop() ? null : this.#step(raw, { complete, final })));
      if (step === null) return null;
      if (typeof step === "object") return { ...step.match, lines: await linesAround(source, step.match) };
      at = this.#at;
      if (step === "at_end") {
        this.#seen = source.size;
        return null;
      }
    }
  }

  /** From the start of the line, when that is near: what stands before the offset is context. */
  async #begin(source: Source): Promise<number> {
    const from = Math.max(0, this.#floor - lookBack);
    const before = await source.read(from, this.#floor - from);
    const lineStart = before.lastIndexOf(newline) + 1;
    if (lineStart > 0) this.#context = Buffer.from("\n");
    // Neither the start of the output nor that of a line, nor part of a word.
    else if (from > 0) this.#context = Buffer.from(" ");
    return from + lineStart;
  }

  #step(raw: Buffer, { complete, final }: { readonly complete: boolean; readonly final: boolean }): Step {
    const { pattern } = this.#options;
    const at = this.#at ?? 0;
    const visible = cut(visibleText(raw, { final: final && complete }), pattern.span + pattern.page);
    const { text } = visible;
    const atEnd = complete && !visible.isCut;
    const bytes = this.#context.length === 0 ? text : Buffer.concat([this.#context, text]);
    const offset = this.#context.length;
    const from = offset + visible.fromRaw(this.#floor - at);
    const found = pattern.find(bytes, from, final && atEnd);
    if (found === null) {
      this.#advance(visible, keptFrom(visible, { span: pattern.span, atEnd, rawLength: raw.length }));
      return atEnd ? "at_end" : "go_on";
    }
    const start = found.start - offset;
    const end = found.end - offset;
    // It may go on behind the window: then it is looked at again, from its start.
    if (!atEnd && end === text.length && start > 0) {
      this.#advance(visible, start);
      return "go_on";
    }
    const rawStart = at + visible.toRaw(start);
    const rawEnd = end > start ? at + visible.toRaw(end - 1) + 1 : rawStart;
    return { match: { start: rawStart, end: rawEnd, text: decodeUtf8(bytes.subarray(found.start, found.end)) } };
  }

  #advance(visible: Cut, index: number): void {
    this.#at = (this.#at ?? 0) + visible.toRaw(index);
    const before = visible.text.subarray(Math.max(0, index - contextBytes), index);
    this.#context = Buffer.from(
      before.length === contextBytes ? before : Buffer.concat([this.#context, before]),
    ).subarray(-contextBytes);
  }
}

interface Cut extends VisibleText {
  readonly isCut: boolean;
}

/** At most `limit` bytes of it: a step is bounded by what it searches. */
function cut(visible: VisibleText, limit: number): Cut {
  if (visible.text.length <= limit) return { ...visible, isCut: false };
  const end = wholeEnd(visible.text.subarray(0, limit)) || limit;
  const consumed = visible.toRaw(end);
  const text = visible.text.subarray(0, end);
  return {
    text,
    consumed,
    toRaw: (index) => (index >= end ? consumed : visible.toRaw(index)),
    fromRaw: (offset) => Math.min(end, visible.fromRaw(offset)),
    isCut: true,
  };
}

/** Where the next window begins: a match that began before is longer than the span. */
function keptFrom(
  visible: Cut,
  { span, atEnd, rawLength }: { readonly span: number; readonly atEnd: boolean; readonly rawLength: number },
): number {
  const { text } = visible;
  const start = Math.max(0, text.length - span);
  // A window that is nearly all escape sequences must get on as well.
  const index = start === 0 && !atEnd ? visible.fromRaw(rawLength >> 1) : start;
  return Math.min(text.length, index + wholeStart(text.subarray(index)));
}

async function linesAround(
  source: Source,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<string> {
  const from = Math.max(0, start - besideBytes);
  const to = Math.min(end, start + longestShown);
  const raw = await source.read(from, to + besideBytes - from);
  const before = start > from ? raw.lastIndexOf(newline, start - from - 1) + 1 : 0;
  const after = raw.indexOf(newline, Math.max(to - from - 1, start - from));
  const lines = raw.subarray(before === 0 ? wholeStart(raw) : before, after === -1 ? raw.length : after + 1);
  return decodeUtf8(visibleText(lines, { final: true }).text).replace(/\n$/, "");
}
