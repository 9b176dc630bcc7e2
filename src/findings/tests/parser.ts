/** What every reader of a runner's output looks like: pure, fed line by line, telling each test as soon as it knows it. */
import type { TestCase, TestSummary } from "../findings.ts";

export type Emit = (testCase: TestCase) => void;

export interface LineParser {
  /** `line`: without newline and escape sequences. What it does not know it passes over. */
  push(line: string): void;
  /** What comes next is of another stream: no continuation of the last line. */
  streamEnded?(): void;
  /** Nothing comes any more: tells what it still holds. */
  end(): void;
  /** The counts that the runner printed itself; null when it printed none. All zero: it said that there were no tests. */
  readonly declared: TestSummary | null;
  /** What is wrong with the results as a whole, in one line. */
  readonly problem?: string | null;
}

export const noTests: TestSummary = { passed: 0, failed: 0, skipped: 0 };

/** Runs follow each other in one output (a binary each, a package each): their counts add up. */
export function addCounts(sum: TestSummary | null, more: Partial<TestSummary>): TestSummary {
  return {
    passed: (sum?.passed ?? 0) + (more.passed ?? 0),
    failed: (sum?.failed ?? 0) + (more.failed ?? 0),
    skipped: (sum?.skipped ?? 0) + (more.skipped ?? 0),
  };
}

/** A test of which only name and status are certain. */
export function testCase(name: string, status: TestCase["status"], more: Partial<TestCase> = {}): TestCase {
  return {
    name,
    status,
    durationMs: null,
    message: null,
    stdout: null,
    stderr: null,
    path: null,
    line: null,
    ...more,
  };
}

/** `0.012` seconds, `1,234.5` seconds: milliseconds to the microsecond; null when it is no number. */
export function milliseconds(text: string | undefined, unit: "s" | "ms"): number | null {
  if (text === undefined || text === "") return null;
  const value = Number(text.replaceAll(",", "")) * (unit === "s" ? 1000 : 1);
  return Number.isFinite(value) && value >= 0 ? Math.round(value * 1000) / 1000 : null;
}

/** `3 failed`, `1 passed`, … as a record; words that are not counted are in it too. */
export function countedWords(text: string, separator: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = Object.create(null);
  for (const part of text.slice(0, longestSummary).split(separator)) {
    const [, count, word] = /^\s*(\d{1,9}) ([a-z]{1,20})/.exec(part) ?? [];
    if (word !== undefined) counts[word] = (counts[word] ?? 0) + Number(count);
  }
  return counts;
}

/** No summary line is longer; what is, is something else. */
const longestSummary = 400;
