/** The pieces of a TAP stream: a test point, its directives, the YAML below it. */
import type { TestCase } from "../findings.ts";
import { parseLocation } from "./location.ts";
import { milliseconds } from "./parser.ts";
import type { Draft } from "./pending.ts";

export interface TapPoint {
  readonly ok: boolean;
  readonly number: number | null;
  readonly name: string;
  /** What is behind the first `#` that is not escaped. */
  readonly directives: string;
}

/** `not ok 3 - name # SKIP why`; null when it is none. */
export function tapPoint(text: string): TapPoint | null {
  const [start, not, number] = /^(not )?ok(?: {1,4}(\d{1,9}))?(?= |$)/.exec(text) ?? [];
  if (start === undefined) return null;
  const rest = text.slice(start.length).replace(/^ {1,4}(?:- )?/, "");
  const [end = rest.length] = [hashAt(rest)].filter((at) => at !== -1);
  return {
    ok: not === undefined,
    number: number === undefined ? null : Number(number),
    name:
      rest
        .slice(0, end)
        .trimEnd()
        .replace(/\\([#\\])/g, "$1") || `test ${number ?? ""}`.trimEnd(),
    directives: rest.slice(end),
  };
}

function hashAt(text: string): number {
  for (let at = text.indexOf("#"); at !== -1; at = text.indexOf("#", at + 1)) {
    let slashes = 0;
    while (text[at - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0 && (at === 0 || text[at - 1] === " ")) return at;
  }
  return -1;
}

export interface TapDirectives {
  readonly status: TestCase["status"];
  readonly reason: string | null;
  readonly durationMs: number | null;
  /** vitest: the tests of this suite follow in braces. */
  readonly opens: boolean;
}

/** A TODO that fails is no failure, and one that passes is not done yet: both count as skipped. */
export function directivesOf(text: string, ok: boolean): TapDirectives {
  const [, reason] = /# ?(?:SKIP|TODO)\w{0,10}\s?(.{0,1000})/i.exec(text) ?? [];
  const [, duration] = /# time=([\d.]{1,12})ms/.exec(text) ?? [];
  return {
    status: reason !== undefined ? "skipped" : ok ? "passed" : "failed",
    reason: reason?.trim() || null,
    durationMs: milliseconds(duration, "ms"),
    opens: text.endsWith("{"),
  };
}

/** The YAML of a test point, as far as runners use it: no parser of YAML, only its plain members. */
export class TapDiagnostics {
  readonly #draft: Draft;
  #block: { readonly indent: number; readonly wanted: boolean } | null = null;
  #lines = 0;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Whether the line belongs to it; after the last one (`...`) nothing does. */
  push(line: string): boolean {
    const text = line.trimStart();
    if (text === "..." || ++this.#lines > mostLines) return false;
    // A result where a value should be: the runner died within its YAML, or it was none.
    if (/^(?:not ok|ok) \d/.test(text) && !this.#inBlock(line)) return false;
    if (this.#inBlock(line)) {
      if (this.#block?.wanted === true) this.#draft.message.addLine(text);
      return true;
    }
    this.#block = null;
    this.#member(line, text);
    return true;
  }

  #inBlock(line: string): boolean {
    return this.#block !== null && (line === "" || line.length - line.trimStart().length > this.#block.indent);
  }

  #member(line: string, text: string): void {
    const colon = text.indexOf(":");
    const key = text.slice(0, Math.max(0, colon)).replace(/^-\s/, "");
    const value = text.slice(colon + 1).trim();
    const wanted = /^(?:error|message|stack)$/.test(key);
    if (/^[|>][-+]?$/.test(value)) this.#block = { indent: line.length - text.length, wanted };
    else if (wanted && value !== "") this.#draft.message.addLine(unquoted(value));
    else if (key === "duration_ms") this.#draft.durationMs = milliseconds(value, "ms");
    else if (key === "location" || key === "at") this.#locate(unquoted(value));
  }

  #locate(value: string): void {
    // `at: Function.name (file.js:1:2)` in tape.
    const found = parseLocation(value.endsWith(")") ? value.slice(value.lastIndexOf("(") + 1, -1) : value);
    this.#draft.path = found?.path ?? null;
    this.#draft.line = found?.line ?? null;
  }
}

/** Longer ones are an output that looks like YAML: results after it must not be lost. */
const mostLines = 10_000;

function unquoted(value: string): string {
  const quote = value[0];
  if ((quote !== '"' && quote !== "'") || value.length < 2 || !value.endsWith(quote)) return value;
  const inner = value.slice(1, -1);
  return quote === "'" ? inner.replaceAll("''", "'") : inner.replace(/\\(["\\])/g, "$1").replaceAll("\\n", "\n");
}
