/** Reads `tests.jsonl` page by page: which tests there were, after the run and after a restart. */
import { join } from "node:path";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { testsFile } from "./case-file.ts";
import type { TestCase, TestStatus } from "./findings.ts";
import { eachLine } from "./lines.ts";

/** Three texts of 16 KiB, and what escaping makes of them. */
const maxLineBytes = 2 ** 20;

export interface TestPageOptions {
  /** Passed and skipped ones too; without it those that failed or could not run. */
  readonly includePassing: boolean;
  /** Tests to leave out, of those that are asked for. */
  readonly offset: number;
  readonly limit: number;
}

export interface TestPage {
  readonly tests: readonly TestCase[];
  /** How many there are of those that are asked for. */
  readonly total: number;
}

/** In the order in which they were found. `not_found` when the file is gone, or no test was ever found. */
export async function readTestCases(directory: string, options: TestPageOptions): Promise<TestPage> {
  const { includePassing, offset, limit } = options;
  const tests: TestCase[] = [];
  let total = 0;
  try {
    await eachLine(join(directory, testsFile), { maxLineBytes }, (line) => {
      // A line that was cut off: the host died, or the disk was full.
      if (!line.endsWith("}") || (!includePassing && isPassing(line))) return;
      const isOfPage = total >= offset && tests.length < limit;
      const test = isOfPage ? parseTest(line) : null;
      if (isOfPage && test === null) return;
      total++;
      if (test !== null) tests.push(test);
    });
  } catch (error) {
    throw isLonghandError(error) && error.kind === "not_found" ? gone(error) : error;
  }
  return { tests, total };
}

function gone(cause: unknown): LonghandError {
  return new LonghandError("not_found", "the test results are gone, or none were found", { cause });
}

/** Without parsing: most tests pass, and a page needs few of them. The name's quotes are escaped, so this is no text of it. */
function isPassing(line: string): boolean {
  return /^\{"name":"(?:[^"\\]|\\.)*","status":"(?:passed|skipped)"/.test(line);
}

function parseTest(line: string): TestCase | null {
  try {
    const value: unknown = JSON.parse(line);
    return isTestCase(value) ? value : null;
  } catch {
    // Not ours, or half a line that ends like a whole one.
    return null;
  }
}

const statuses: ReadonlySet<unknown> = new Set<TestStatus>(["passed", "failed", "skipped", "errored"]);

/** Each field: the command can write into this file too, and whoever shows a test relies on its type. */
function isTestCase(value: unknown): value is TestCase {
  if (typeof value !== "object" || value === null) return false;
  const { name, status, durationMs, message, stdout, stderr, path, line } = value as Partial<
    Record<keyof TestCase, unknown>
  >;
  const areTexts = [message, stdout, stderr, path].every((text) => text === null || typeof text === "string");
  const areNumbers = [durationMs, line].every((number) => number === null || Number.isFinite(number));
  return typeof name === "string" && statuses.has(status) && areTexts && areNumbers;
}
