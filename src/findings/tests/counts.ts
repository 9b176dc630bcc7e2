/** Runners of which only the line of counts is read: how many, not which. One expression each, all of them linear. */
import type { TestSummary } from "../findings.ts";
import { addCounts, type LineParser } from "./parser.ts";

interface CountLine {
  readonly pattern: RegExp;
  readonly counts: (numbers: readonly number[]) => Partial<TestSummary>;
}

const rest = (total: number, ...others: readonly number[]): number =>
  Math.max(0, total - others.reduce((sum, count) => sum + count, 0));

/** Expressions are anchored and their numbers bounded; a missing number is 0. */
const runners: Readonly<Record<string, readonly CountLine[]>> = {
  dotnet: [
    {
      pattern:
        /^(?:Passed|Failed|Skipped)! {1,4}- Failed: {1,9}(\d{1,9}), Passed: {1,9}(\d{1,9}), Skipped: {1,9}(\d{1,9}),/,
      counts: ([failed = 0, passed = 0, skipped = 0]) => ({ failed, passed, skipped }),
    },
  ],
  // The totals only: the line of a class goes on with its time.
  maven: [
    {
      pattern:
        /^(?:\[\w{4,7}\] {1,2})?Tests run: (\d{1,9}), Failures: (\d{1,9}), Errors: (\d{1,9}), Skipped: (\d{1,9})$/,
      counts: ([total = 0, failed = 0, errors = 0, skipped = 0]) => ({
        failed: failed + errors,
        skipped,
        passed: rest(total, failed, errors, skipped),
      }),
    },
  ],
  gradle: [
    {
      pattern: /^(\d{1,9}) tests? completed, (\d{1,9}) failed(?:, (\d{1,9}) skipped)?$/,
      counts: ([total = 0, failed = 0, skipped = 0]) => ({ failed, skipped, passed: rest(total, failed, skipped) }),
    },
  ],
  minitest: [
    {
      pattern:
        /^(\d{1,9}) (?:runs|tests), \d{1,9} assertions, (\d{1,9}) failures, (\d{1,9}) errors, (\d{1,9}) (?:skips|pendings)/,
      counts: ([total = 0, failed = 0, errors = 0, skipped = 0]) => ({
        failed: failed + errors,
        skipped,
        passed: rest(total, failed, errors, skipped),
      }),
    },
  ],
  mocha: [
    { pattern: /^ {2}(\d{1,9}) passing \(\d{1,9}m?s\)$/, counts: ([passed = 0]) => ({ passed }) },
    { pattern: /^ {2}(\d{1,9}) failing$/, counts: ([failed = 0]) => ({ failed }) },
    { pattern: /^ {2}(\d{1,9}) pending$/, counts: ([skipped = 0]) => ({ skipped }) },
  ],
  phpunit: [
    { pattern: /^OK \((\d{1,9}) tests?, \d{1,9} assertions?\)$/, counts: ([passed = 0]) => ({ passed }) },
    {
      pattern:
        /^Tests: (\d{1,9}), Assertions: \d{1,9}(?:, Errors: (\d{1,9}))?(?:, Failures: (\d{1,9}))?(?:, Warnings: \d{1,9})?(?:, Skipped: (\d{1,9}))?/,
      counts: ([total = 0, errors = 0, failed = 0, skipped = 0]) => ({
        failed: failed + errors,
        skipped,
        passed: rest(total, failed, errors, skipped),
      }),
    },
    { pattern: /^No tests executed!$/, counts: () => ({}) },
  ],
  rspec: [
    {
      pattern: /^(\d{1,9}) examples?, (\d{1,9}) failures?(?:, (\d{1,9}) pending)?$/,
      counts: ([total = 0, failed = 0, skipped = 0]) => ({ failed, skipped, passed: rest(total, failed, skipped) }),
    },
  ],
  deno: [
    {
      pattern:
        /^(?:ok|FAILED) \| (\d{1,9}) passed(?: \(\d{1,9} steps?\))? \| (\d{1,9}) failed(?: \(\d{1,9} steps?\))?(?: \| (\d{1,9}) ignored)?/,
      counts: ([passed = 0, failed = 0, skipped = 0]) => ({ passed, failed, skipped }),
    },
  ],
};

export const countedRunners: readonly string[] = [...Object.keys(runners), "unittest"];

/** For one of `countedRunners`. */
export function countsParser(runner: string): () => LineParser {
  return () => (runner === "unittest" ? new Unittest() : new Counts(runners[runner] ?? []));
}

class Counts implements LineParser {
  declared: TestSummary | null = null;
  readonly #lines: readonly CountLine[];

  constructor(lines: readonly CountLine[]) {
    this.#lines = lines;
  }

  push(line: string): void {
    if (line.length > longestLine) return;
    for (const { pattern, counts } of this.#lines) {
      const found = pattern.exec(line);
      if (found === null) continue;
      const numbers = found.slice(1).map((digits) => Number(digits ?? 0));
      this.declared = addCounts(this.declared, counts(numbers));
    }
  }

  end(): void {}
}

/** Python's own: the total is on one line, what went wrong on another. */
class Unittest implements LineParser {
  declared: TestSummary | null = null;
  #total: number | null = null;

  push(line: string): void {
    if (line.length > longestLine) return;
    const [, total] = /^Ran (\d{1,9}) tests? in [\d.]{1,12}s$/.exec(line) ?? [];
    if (total !== undefined) this.#total = Number(total);
    else if (this.#total !== null && /^(?:OK|FAILED|NO TESTS RAN)\b/.test(line)) this.#ended(this.#total, line);
  }

  end(): void {}

  #ended(total: number, line: string): void {
    const count = (word: string): number => Number(new RegExp(`\\b${word}=(\\d{1,9})`).exec(line)?.[1] ?? 0);
    const failed = count("failures") + count("errors") + count("unexpected successes");
    const skipped = count("skipped") + count("expected failures");
    this.declared = addCounts(this.declared, { failed, skipped, passed: rest(total, failed, skipped) });
    this.#total = null;
  }
}

/** Lines of counts are short, and most lines of output are looked at for nothing. */
const longestLine = 200;
