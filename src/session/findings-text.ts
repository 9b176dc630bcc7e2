/** Failing tests and a build's diagnostics for a model: what went wrong comes before what was printed. */
import type { Diagnostic, Findings, TestCase, TestStatus } from "../findings/findings.ts";
import { fenced } from "../output/fence.ts";

export interface FindingsTextOptions {
  /** How many are shown; 0 shows nothing. */
  readonly most: number;
  /** Where the rest is, e.g. `inspect_test_results h7`: said when not all are shown. */
  readonly rest?: string;
  /** A longer line is cut. */
  readonly maxLineChars: number;
  readonly newTag: () => string;
}

const verdicts: Readonly<Record<TestStatus, string>> = {
  failed: "FAIL",
  errored: "ERROR",
  skipped: "SKIP",
  passed: "ok",
};

/** Lines of a failing test's message: an assertion with its diff begins within. */
const messageLines = 8;

/** Empty when nothing failed, or nothing was understood. */
export function renderFindings(findings: Findings, options: FindingsTextOptions): string {
  const { most, maxLineChars, newTag } = options;
  if (findings.kind === "build") {
    const { diagnostics, counts } = findings;
    const lines = diagnostics.slice(0, most).flatMap((found) => cutLines(diagnosticLines(found), maxLineChars));
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return withRest(lines, { name: "diagnostics", newTag, shown: Math.min(diagnostics.length, most), total });
  }
  const shown = Math.min(findings.failures.length, most);
  const lines = findings.failures.slice(0, most).flatMap((test) => testLines(test, maxLineChars));
  // What was counted and has no name (a quiet runner) is in no list.
  const total = Math.max(shown, findings.summary?.failed ?? 0);
  const rest = options.rest === undefined ? {} : { rest: options.rest };
  return withRest(lines, { name: "failed tests", newTag, shown, total, ...rest });
}

interface Listed {
  readonly name: string;
  readonly newTag: () => string;
  readonly shown: number;
  readonly total: number;
  readonly rest?: string;
}

function withRest(lines: readonly string[], { name, newTag, shown, total, rest }: Listed): string {
  if (lines.length === 0) return "";
  const where = rest === undefined ? "" : `: ${rest}`;
  const more = shown < total ? [`${shown} of ${total} shown${where}`] : [];
  return [fenced(lines.join("\n"), { name, newTag }), ...more].join("\n");
}

/** A test as lines of a fence; a longer line is cut. */
export function testLines(test: TestCase, maxLineChars: number): string[] {
  return cutLines(linesOf(test), maxLineChars);
}

function cutLines(lines: readonly string[], maxLineChars: number): string[] {
  return lines.map((line) => cut(line, maxLineChars));
}

function linesOf({ name, message, path, line, status }: TestCase): string[] {
  const where = path === null ? "" : `  ${path}${line === null ? "" : `:${line}`}`;
  const lines = (message ?? "").split("\n").filter((text) => text.trim() !== "");
  return [`${verdicts[status]} ${oneLine(name)}${where}`, ...tellingLines(lines)];
}

/** The first ones; of pytest's, which shows the source and the frames before them, those that say what is wrong (`E   …`). */
function tellingLines(lines: readonly string[]): readonly string[] {
  if (lines.length <= messageLines) return lines;
  const errors = [...lines.keys()].filter((index) => /^E(?: |$)/.test(lines[index] ?? ""));
  // The last one of a SyntaxError names it.
  const wanted = new Set(
    errors.length <= messageLines ? errors : [...errors.slice(0, messageLines - 1), ...errors.slice(-1)],
  );
  for (const index of lines.keys()) {
    if (wanted.size >= messageLines) break;
    wanted.add(index);
  }
  return lines.filter((_, index) => wanted.has(index));
}

function diagnosticLines({ severity, message, path, line, column, code }: Diagnostic): string[] {
  const where =
    path === null ? "" : `${path}${line === null ? "" : `:${line}${column === null ? "" : `:${column}`}`}: `;
  return [`${where}${severity}${code === null ? "" : `[${code}]`}: ${oneLine(message)}`];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}

function cut(line: string, maxChars: number): string {
  return line.length <= maxChars ? line : `${line.slice(0, maxChars - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
