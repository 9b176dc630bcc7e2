/** Failing tests and a build's diagnostics for a model: what went wrong comes before what was printed. */
import type { Diagnostic, Findings, TestCase, TestStatus } from "../findings/findings.ts";
import { fenced } from "../output/fence.ts";

export interface FindingsTextOptions {
  /** How many are shown; 0 shows nothing. */
  readonly most: number;
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
  const { most, newTag } = options;
  const tests = findings.kind === "tests";
  const all = tests ? findings.failures.map(testLines) : findings.diagnostics.map(diagnosticLines);
  const shown = all.slice(0, most).flatMap((lines) => lines.map((line) => cut(line, options.maxLineChars)));
  return shown.length === 0 ? "" : fenced(shown.join("\n"), { name: tests ? "failed tests" : "diagnostics", newTag });
}

function testLines({ name, message, path, line, status }: TestCase): string[] {
  const where = path === null ? "" : `  ${path}${line === null ? "" : `:${line}`}`;
  const lines = (message ?? "").split("\n").filter((text) => text.trim() !== "");
  return [`${verdicts[status]} ${oneLine(name)}${where}`, ...lines.slice(0, messageLines)];
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
