/** What is looked for in output: a literal, or a regular expression that takes linear time whatever it is and whatever was printed. */
import { LonghandError } from "../base/errors.ts";
import { type Found, type LinearRegex, linearRegex } from "./linear-regex.ts";
import { visibleText } from "./visible-text.ts";

export interface OutputPattern {
  readonly source: string;
  /** Of a match that is not whole yet, this much text is kept. */
  readonly span: number;
  /** New text that is searched in one step. */
  readonly page: number;
  /**
   * The first match that begins at `from` or later; what is before is context for `^` and `\b`. Unless `final`, more text follows:
   * the end of `text` is then no end of a line or word.
   */
  find(text: Buffer, from: number, final: boolean): Found | null;
}

export interface PatternOptions {
  readonly regex: boolean;
  /** The field that errors name. Default `pattern`. */
  readonly param?: string;
}

export const longestLiteral = 4_096;
/** Compiling is synchronous: 1,024 characters of the worst kind take some 60 ms. */
const longestRegex = 1_024;
/** A literal is found at memory speed: what bounds the page is memory. */
const literalPage = 2 ** 18;
/** A match of a regular expression spans at most this, however simple it is. */
const longestSpan = 2 ** 14;
/**
 * The cost of a step is characters times instructions: 40 ns each when every one is tried at each place (100 ns once, if the automaton turns
 * out to be slow late). A step searches two spans, so 2^18 makes 20 ms of the worst pattern over the worst output, and 50 ms once.
 */
const stepsPerSpan = 2 ** 18;
/** Of processor time: an ordinary step of the automaton takes a tenth of it, also the first. */
const slowMs = 5;
/** Enough to tell, in the worst case 20 ms. */
const probeBytes = 2 ** 10;
/** A counted repetition is as many instructions: with these a match of that many characters still fits a span. */
const mostInstructions = 512;

/** Throws `invalid_parameter`. */
export function compilePattern(source: string, { regex, param = "pattern" }: PatternOptions): OutputPattern {
  if (source === "") throw refused(param, "it is empty", "some text");
  const limit = regex ? longestRegex : longestLiteral;
  if (source.length > limit) throw refused(param, `it has ${source.length} characters`, `at most ${limit} characters`);
  return regex ? regexPattern(source, param) : literalPattern(source, param);
}

function literalPattern(source: string, param: string): OutputPattern {
  // Searched is what can be seen, so of the pattern too: it may have been copied with its colours.
  const needle = visibleText(Buffer.from(source), { final: true }).text;
  if (needle.length === 0) throw refused(param, "nothing of it can be seen", "some text beside escape sequences");
  return {
    source,
    span: needle.length - 1,
    page: literalPage,
    find(text, from) {
      const start = text.indexOf(needle, from);
      return start === -1 ? null : { start, end: start + needle.length };
    },
  };
}

function regexPattern(source: string, param: string): OutputPattern {
  const text = withPlainNewlines(source);
  const counts = [...text.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, least, most]) => Number(most || least));
  const counted = counts.reduce((sum, count) => sum + count, 0);
  if (counted > mostInstructions) throw tooLarge(param, counted);
  let regex = compile(text, param);
  if (regex.size > mostInstructions) throw tooLarge(param, regex.size);
  const span = Math.min(longestSpan, Math.floor(stepsPerSpan / regex.size));
  let isQuick: boolean | null = null;
  const has = (bytes: Buffer, from: number): boolean => {
    const before = process.threadCpuUsage().user;
    const found = regex.has(bytes, from);
    isQuick = (process.threadCpuUsage().user - before) / 1_000 < slowMs;
    // The states, megabytes of them, go with the engine that made them.
    if (!isQuick) regex = compile(text, param);
    return found;
  };
  /** Whether there is a match is ten times as fast to tell as where: by an automaton, of which some patterns need a new state at each byte. */
  const rulesOut = (bytes: Buffer, from: number): boolean => {
    if (isQuick === null) has(bytes.subarray(0, probeBytes), 0);
    return isQuick === true && !has(bytes, from);
  };
  const atEnd = lazily(() => endChecks(text, param));
  return {
    source,
    span,
    page: span,
    find(bytes, from, final) {
      if (rulesOut(bytes, from)) return null;
      const found = regex.find(bytes, from);
      return found === null || final || found.end < bytes.length ? found : holding(atEnd(), bytes, found);
    },
  };
}

interface EndCheck {
  readonly next: Buffer;
  readonly regex: LinearRegex;
}

/** What follows is not known yet: a match up to the end holds when it needs no end, so before a letter as well as before a blank. */
function endChecks(text: string, param: string): EndCheck[] {
  const closing = text.lastIndexOf("\\Q") > text.lastIndexOf("\\E") ? "\\E" : "";
  return ["_", " "].map((next) => ({
    next: Buffer.from(next),
    regex: compile(`(?:${text}${closing})${next}\\z`, param),
  }));
}

function holding(checks: readonly EndCheck[], bytes: Buffer, { start, end }: Found): Found | null {
  const found = checks.map(({ next, regex }) => regex.find(Buffer.concat([bytes, next]), start));
  const [first, ...others] = found.map((place) => place?.start);
  return first !== undefined && others.every((other) => other === first) ? { start: first, end } : null;
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Lines end in `\n` in the text that is searched; `\r\n` outside of a character class means the same. */
function withPlainNewlines(source: string): string {
  const parts = /\\Q[\s\S]*?(?:\\E|$)|\[(?:\\[\s\S]|[^\]\\])*\]|\\r(?=\\n)|\\[\s\S]|\r(?=\n)/g;
  return source.replace(parts, (part) => (part === "\\r" || part === "\r" ? "" : part));
}

function compile(source: string, param: string): LinearRegex {
  try {
    return linearRegex(source);
  } catch (cause) {
    throw notRegular(source, param, cause);
  }
}

function notRegular(source: string, param: string, cause: unknown): LonghandError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `${param} is no regular expression: ${reason}${whatIsMissing(source)}`;
  const details = { expected: "a regular expression in RE2's syntax", got: source.slice(0, 60) };
  return new LonghandError("invalid_parameter", message, { cause, param, details });
}

function whatIsMissing(source: string): string {
  const isForeign = /\(\?<?[=!]|\\[1-9]|\(\?>|[*+?}]\+/.test(source);
  return isForeign ? ". The syntax is RE2's: no lookaround, no backreferences, no possessive or atomic groups" : "";
}

function tooLarge(param: string, instructions: number): LonghandError {
  const message = `${param} is too large: ${instructions} steps, at most ${mostInstructions}. Say * or + instead of a large count`;
  return new LonghandError("invalid_parameter", message, {
    param,
    details: { limit: mostInstructions, got: String(instructions) },
  });
}

function refused(param: string, why: string, expected: string): LonghandError {
  return new LonghandError("invalid_parameter", `${param}: ${why}`, { param, details: { expected } });
}
