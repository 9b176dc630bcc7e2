/** Takes tests as they are found: counts, the first failures, and all of them for the file. Memory stays flat. */
import { stripVTControlCharacters } from "node:util";
import type { TestCase, TestSummary } from "./findings.ts";
import { cutText, longestText } from "./tests/bounded-text.ts";
import { noTests } from "./tests/parser.ts";

/** A report has these; who wants more asks for the list. */
const mostFailures = 20;
/** Of each text of a failure in the report, in characters. */
const longestInReport = 2048;
const longestName = 2048;
/** One element of a JSON report can have some hundred thousand tests, and they wait in memory until it is read. */
const mostWaiting = 2 ** 26;

export class Collector {
  readonly failures: TestCase[] = [];
  /** Some were counted and not kept for the file: too many at once. */
  hasLost = false;
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #lines: string[] = [];
  #chars = 0;

  get summary(): TestSummary {
    return { passed: this.#passed, failed: this.#failed, skipped: this.#skipped };
  }

  get count(): number {
    return this.#passed + this.#failed + this.#skipped;
  }

  /** Characters that wait to be written. */
  get waiting(): number {
    return this.#chars;
  }

  add(found: TestCase): void {
    const test = bounded(found, longestText);
    if (test.status === "passed") this.#passed++;
    else if (test.status === "skipped") this.#skipped++;
    else {
      this.#failed++;
      if (this.failures.length < mostFailures) this.failures.push(bounded(test, longestInReport));
    }
    if (this.#chars > mostWaiting) {
      this.hasLost = true;
      return;
    }
    const line = `${JSON.stringify(test)}\n`;
    this.#lines.push(line);
    this.#chars += line.length;
  }

  /** The lines for the file since the last call. */
  takeLines(): string {
    const lines = this.#lines.join("");
    this.#lines = [];
    this.#chars = 0;
    return lines;
  }
}

/** What the runner counted itself and what was seen by name: whichever knows more (quiet runners name only what failed). */
export function mergeCounts(seen: TestSummary, declared: TestSummary | null): TestSummary {
  const counted = declared ?? noTests;
  return {
    passed: Math.max(seen.passed, counted.passed),
    failed: Math.max(seen.failed, counted.failed),
    skipped: Math.max(seen.skipped, counted.skipped),
  };
}

function bounded(test: TestCase, limit: number): TestCase {
  const text = (value: string | null): string | null => (value === null ? null : cutText(plain(value), limit));
  return {
    name: cutText(plain(test.name), longestName),
    status: test.status,
    durationMs: test.durationMs,
    message: text(test.message),
    stdout: text(test.stdout),
    stderr: text(test.stderr),
    path: test.path === null ? null : plain(test.path).slice(0, longestName),
    line: test.line,
  };
}

/** Reports in XML and JSON carry colours, and controls that would act on a terminal. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about. Tab and newline stay.
  return /[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text) ? stripVTControlCharacters(text).replace(controls, "") : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
