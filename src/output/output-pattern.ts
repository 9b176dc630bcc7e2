/** What is looked for in output: a literal, or a regular expression that takes linear time whatever it is and whatever was printed. */
import { RE2JS } from "re2js";
import { LonghandError } from "../base/errors.ts";
import { visibleText } from "./visible-text.ts";

/** As places in the text that was searched. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

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
 * The cost of a step is characters times instructions: 40 ns each when every one is tried at each place (100 ns once, until the automaton has
 * turned out to be slow). A step searches two spans, so 2^18 makes 20 ms of the worst pattern over the worst output, and 50 ms once.
 */
const stepsPerSpan = 2 ** 18;
/** An ordinary step of the automaton takes a tenth of it. */
const slowMs = 10;
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
  const compiled = compile(text, param);
  const instructions = compiled.programSize();
  if (instructions > mostInstructions) throw tooLarge(param, instructions);
  const span = Math.min(longestSpan, Math.floor(stepsPerSpan / instructions));
  let engine = compiled.re2();
  let isQuick = true;
  /** Whether there is a match is ten times as fast to tell as where: by an automaton, of which some patterns need a new state at each byte. */
  const rulesOut = (bytes: Buffer, from: number): boolean => {
    if (!isQuick) return false;
    const startedAt = performance.now();
    const none = match(engine, bytes, from, 0) === null;
    isQuick = performance.now() - startedAt < slowMs;
    // The states, megabytes of them, go with the engine that made them.
    if (!isQuick) engine = compile(text, param).re2();
    return none;
  };
  const atEnd = lazily(() => endChecks(text, param));
  return {
    source,
    span,
    page: span,
    find(bytes, from, final) {
      if (rulesOut(bytes, from)) return null;
      const found = match(engine, bytes, from, 1);
      return found === null || final || found.end < bytes.length ? found : holding(atEnd(), bytes, found);
    },
  };
}

interface EndCheck {
  readonly next: Buffer;
  readonly engine: Engine;
}

/** What follows is not known yet: a match up to the end holds when it needs no end, so before a letter as well as before a blank. */
function endChecks(text: string, param: string): EndCheck[] {
  const closing = text.lastIndexOf("\\Q") > text.lastIndexOf("\\E") ? "\\E" : "";
  return ["_", " "].map((next) => ({
    next: Buffer.from(next),
    engine: compile(`(?:${text}${closing})${next}\\z`, param).re2(),
  }));
}

function holding(checks: readonly EndCheck[], bytes: Buffer, { start, end }: Found): Found | null {
  const found = checks.map(({ next, engine }) => match(engine, Buffer.concat([bytes, next]), start, 1));
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

type Engine = ReturnType<RE2JS["re2"]>;

/** With `groups` 0 only whether there is a match; the place is (0, 0) then. */
function match(engine: Engine, bytes: Buffer, from: number, groups: 0 | 1): Found | null {
  const unanchored = 0;
  const [found, places] = engine.matchWithGroup(bytes, from, bytes.length, unanchored, groups) as [
    boolean,
    number[] | null,
  ];
  return found ? { start: places?.[0] ?? 0, end: places?.[1] ?? 0 } : null;
}

/** Lines end in `\n` in the text that is searched; `\r\n` outside of a character class means the same. */
function withPlainNewlines(source: string): string {
  const parts = /\\Q[\s\S]*?(?:\\E|$)|\[(?:\\[\s\S]|[^\]\\])*\]|\\r(?=\\n)|\\[\s\S]|\r(?=\n)/g;
  return source.replace(parts, (part) => (part === "\\r" || part === "\r" ? "" : part));
}

function compile(source: string, param: string): RE2JS {
  try {
    return RE2JS.compile(source, RE2JS.MULTILINE);
  } catch (cause) {
    throw notRegular(source, param, cause);
  }
}

function notRegular(source: string, param: string, cause: unknown): LonghandError {
  const reason = cause instanceof Error ? cause.message.replace("error parsing regexp: ", "") : String(cause);
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
