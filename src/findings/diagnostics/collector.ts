/** Keeps a bounded list of what parsers report, and the count of all of it. What a tool prints twice is one diagnostic. */
import { hash } from "node:crypto";
import type { Diagnostic, Severity } from "../findings.ts";
import type { Report } from "./parser.ts";

/** More are counted, not listed: nobody mends a hundred things before the next build. */
const mostListed = 100;
/** About a kilobyte each; the whole list stays well below what a report may weigh. */
const longestText = 1_024;
/** The last so many are remembered, or twice as many (about 2 MB). What is repeated later than that counts again. */
const leastRemembered = 10_000;

export type Counts = Record<Severity, number>;

export interface Collector {
  readonly report: Report;
  /** Errors first, each group in the order of the output. */
  list(): Diagnostic[];
  counts(): Counts;
}

export function createCollector(): Collector {
  const errors: Diagnostic[] = [];
  const others: Diagnostic[] = [];
  const isKnown = memory();
  const counts: Counts = { error: 0, warning: 0, note: 0, help: 0 };
  return {
    report(diagnostic) {
      if (isKnown(diagnostic)) return;
      counts[diagnostic.severity]++;
      const list = diagnostic.severity === "error" ? errors : others;
      if (list.length < mostListed) list.push(bounded(diagnostic));
    },
    list: () => [...errors, ...others].slice(0, mostListed),
    counts: () => ({ ...counts }),
  };
}

/** Two generations: forgetting the older one at once is cheap, and taking the oldest out of a large set is not. */
function memory(): (diagnostic: Diagnostic) => boolean {
  let recent = new Set<string>();
  let older = new Set<string>();
  return (diagnostic) => {
    const key = keyOf(diagnostic);
    if (recent.has(key) || older.has(key)) return true;
    if (recent.size >= leastRemembered) {
      older = recent;
      recent = new Set();
    }
    recent.add(key);
    return false;
  };
}

/** The code does not count: a tool's text may leave out what its JSON has. */
function keyOf({ severity, path, line, column, message }: Diagnostic): string {
  return hash("sha1", JSON.stringify([severity, path, line, column, message]), "base64");
}

function bounded(diagnostic: Diagnostic): Diagnostic {
  const { message, path, code } = diagnostic;
  return {
    ...diagnostic,
    message: shortened(message),
    path: path === null ? null : shortened(path),
    code: code === null ? null : shortened(code),
  };
}

/**
 * Cut between code points, with a sign that it was. Also without what was no text in the output but was made by the unescaping
 * of JSON: half of a surrogate pair, an escape sequence's control characters.
 */
function shortened(text: string): string {
  const short = text.length > longestText;
  const whole = text.slice(0, short ? longestText - 1 : longestText);
  // A slice of a long text holds on to all of it; making it well-formed and clean makes a copy.
  const cut = short && /[\uD800-\uDBFF]$/.test(whole) ? whole.slice(0, -1) : whole;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about. Tab and newline stay.
  const clean = Buffer.from(cut.toWellFormed().replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "")).toString();
  return short ? `${clean}…` : clean;
}
