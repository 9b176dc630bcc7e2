/** What CTest prints: a line for each test, below it what a failing one printed (`--output-on-failure`), and counts at the end. */
import type { TestCase, TestSummary } from "../findings.ts";
import { addCounts, type Emit, type LineParser, milliseconds } from "./parser.ts";
import { Draft } from "./pending.ts";

export function ctestParser(emit: Emit): LineParser {
  return new Ctest(emit);
}

class Ctest implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  /** What it printed may follow. */
  #last: Draft | null = null;
  /** Printed before the line of a test that could not be run. */
  #reason: string | null = null;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  push(line: string): void {
    if (line.includes("Test") && this.#result(line)) return;
    if (/^ {4,12}Start {1,6}\d{1,6}: /.test(line)) this.#tell();
    else if (line.includes("% tests passed, ") && this.#counts(line)) return;
    else if (this.#last !== null) this.#last.message.addLine(line);
    else if (/^(?:Could not find executable|Failed test dependencies:) \S/.test(line))
      this.#reason = line.slice(0, longestLine);
    else if (this.declared !== null) this.#notRun(line);
  }

  streamEnded(): void {
    this.#tell();
  }

  end(): void {
    this.#tell();
  }

  /** `2/9 Test #2: bad ..............***Failed    0.00 sec` */
  #result(line: string): boolean {
    const [start = "", rest = ""] = /^ {0,6}\d{1,6}\/\d{1,6} Test {1,6}#\d{1,6}: (.{1,4000})$/.exec(line) ?? [];
    if (start === "") return false;
    const stars = rest.indexOf("***");
    const at = stars === -1 ? rest.lastIndexOf("   Passed ") : stars;
    if (at === -1) return false;
    this.#tell();
    const [, seconds] = / ([\d.]{1,12}) sec$/.exec(rest.trimEnd()) ?? [];
    const verdict = rest.slice(
      stars === -1 ? at : at + 3,
      seconds === undefined ? undefined : rest.lastIndexOf(` ${seconds} sec`),
    );
    const draft = new Draft(nameOf(rest.slice(0, at)), statusOf(verdict.trim()));
    draft.durationMs = milliseconds(seconds, "s");
    if (draft.status !== "passed") draft.message.addLine(verdict.trim());
    if (draft.status === "errored" && this.#reason !== null) draft.message.addLine(this.#reason);
    this.#reason = null;
    this.#last = draft;
    return true;
  }

  /** `25% tests passed, 6 tests failed out of 8`: what was skipped has passed here, what is disabled is not among them. */
  #counts(line: string): boolean {
    const [, failed, total] = /^\d{1,3}% tests passed, (\d{1,9}) tests? failed out of (\d{1,9})$/.exec(line) ?? [];
    if (total === undefined) return false;
    this.#tell();
    this.declared = addCounts(this.declared, {
      failed: Number(failed),
      passed: Math.max(0, Number(total) - Number(failed)),
    });
    return true;
  }

  /** `	  4 - skip (Skipped)`, of those that did not run. */
  #notRun(line: string): void {
    const [, why] = /^\t {0,6}\d{1,6} - .{1,4000} \((Skipped|Disabled)\)/.exec(line) ?? [];
    if (why === undefined) return;
    const passed = why === "Skipped" && (this.declared?.passed ?? 0) > 0 ? -1 : 0;
    this.declared = addCounts(this.declared, { skipped: 1, passed });
  }

  #tell(): void {
    if (this.#last !== null) this.#emit(this.#last.finish());
    this.#last = null;
  }
}

const longestLine = 1000;

/** By hand: an expression for dots at the end takes quadratic time on many in the middle. */
function nameOf(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "." || text[end - 1] === " ")) end--;
  return text.slice(0, end) || "(no name)";
}

/** A test that could not be run has failed for CTest too. */
function statusOf(verdict: string): TestCase["status"] {
  if (verdict === "Passed") return "passed";
  if (verdict === "Skipped" || verdict === "Not Run (Disabled)") return "skipped";
  return verdict.startsWith("Not Run") ? "errored" : "failed";
}
