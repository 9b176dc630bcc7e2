/** Reads `tests.jsonl` page by page: which tests there were, after the run and after a restart. */
import { join } from "node:path";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { testsFile } from "./case-file.ts";
import type { TestCase } from "./findings.ts";
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

function isTestCase(value: unknown): value is TestCase {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "status" in value &&
    typeof value.status === "string" &&
    "line" in value
  );
}
