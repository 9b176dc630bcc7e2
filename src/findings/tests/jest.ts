/** What jest prints for people: `PASS` and `FAIL` by file, with `--verbose` each test, reasons behind `●`, lines of counts. */
import type { TestCase, TestSummary } from "../findings.ts";
import { findLocation } from "./location.ts";
import { addCounts, countedWords, type Emit, type LineParser, milliseconds, noTests, testCase } from "./parser.ts";
import { Draft, Pending } from "./pending.ts";

export function jestParser(emit: Emit): LineParser {
  return new Jest(emit);
}

const statuses: Readonly<Record<string, TestCase["status"]>> = {
  "✓": "passed",
  "✕": "failed",
  "○": "skipped",
  "✎": "skipped",
};
const deepest = 50;
const longestName = 4096;

class Jest implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  readonly #pending: Pending;
  /** Files that could not even be loaded: by jest's count, and by name. */
  #brokenFiles = 0;
  #namedFiles = 0;
  #file: string | null = null;
  #outer: { readonly indent: number; readonly name: string }[] = [];
  #section: Draft | null = null;
  /** At the end jest repeats all reasons; they are known then. */
  #isRepeating = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#pending = new Pending(emit);
  }

  push(line: string): void {
    const [, file] = /^(?:PASS|FAIL) (\S.{0,1000})$/.exec(line) ?? [];
    if (file !== undefined) this.#begin(file.replace(/ \([\d.]{1,12} m?s\)$/, ""));
    else if (line.startsWith("Tests: ")) this.#count(line.slice("Tests: ".length));
    else if (line.startsWith("No tests found")) this.declared ??= noTests;
    else if (line === "Summary of all failing tests") this.#isRepeating = true;
    else if (/^(?:Test Suites|Snapshots|Time): /.test(line)) this.#filesCount(line);
    else if (line.startsWith("  ● ") || line === "● Test suite failed to run")
      this.#sectionStart(line.trimStart().slice("● ".length, longestName));
    else if (this.#section !== null) this.#section.message.addLine(line.startsWith("    ") ? line.slice(4) : line);
    else if (this.#file !== null) this.#treeLine(line);
  }

  end(): void {
    this.#finishSection();
    this.#pending.flush();
  }

  #begin(file: string): void {
    this.#finishSection();
    this.#file = file;
    this.#outer = [];
  }

  /** `  math` / `    ✓ adds (3 ms)` */
  #treeLine(line: string): void {
    const [, blank = "", text = ""] = /^( {2,200})(\S.*)$/.exec(line.slice(0, longestName)) ?? [];
    if (text === "") return;
    this.#outer = this.#outer.filter((suite) => suite.indent < blank.length);
    const status = statuses[text[0] ?? ""];
    if (status === undefined || text[1] !== " ") {
      if (this.#outer.length < deepest) this.#outer.push({ indent: blank.length, name: text });
      return;
    }
    const [time = "", digits, unit] = / \(([\d.]{1,12}) (m?s)\)$/.exec(text) ?? [];
    const name = text.slice(2, text.length - time.length).replace(/^(?:skipped|todo) /, "");
    const full = [...this.#outer.map((suite) => suite.name), name].join(" > ");
    const durationMs = milliseconds(digits, unit === "s" ? "s" : "ms");
    if (status === "failed") this.#fail(full, "failed").durationMs = durationMs;
    else this.#emit(testCase(full, status, { durationMs, path: this.#file }));
  }

  #fail(name: string, status: TestCase["status"]): Draft {
    const key = `${this.#file} ${name}`;
    const known = this.#pending.find(key);
    if (known !== undefined) return known;
    const draft = new Draft(name, status);
    draft.path = this.#file;
    this.#pending.hold(key, draft);
    return draft;
  }

  #sectionStart(title: string): void {
    this.#finishSection();
    const suite = title === "Test suite failed to run";
    if (this.#isRepeating || title === "Console" || (this.#file === null && !suite)) return;
    if (suite) this.#namedFiles++;
    const draft = suite
      ? this.#fail(this.#file ?? "a test suite", "errored")
      : this.#fail(title.replaceAll(" › ", " > "), "failed");
    if (draft.message.isEmpty) this.#section = draft;
  }

  #finishSection(): void {
    const draft = this.#section;
    this.#section = null;
    if (draft !== null) draft.line ??= findLocation(draft.message.text() ?? "")?.line ?? null;
  }

  /** `Test Suites: 1 failed, 1 total`; of the others only that they come. */
  #filesCount(line: string): void {
    this.#section = null;
    if (line.startsWith("Test Suites: "))
      this.#brokenFiles = countedWords(line.slice("Test Suites: ".length), ",")["failed"] ?? 0;
  }

  /** `       1 failed, 1 skipped, 3 passed, 5 total` */
  #count(text: string): void {
    this.#finishSection();
    const { passed = 0, failed = 0, skipped = 0, todo = 0, total } = countedWords(text, ",");
    // No file of those that failed could be loaded, and none was named: otherwise it would look as if there were no tests.
    if (total === 0 && this.#brokenFiles > this.#namedFiles)
      this.#fail(
        this.#brokenFiles === 1 ? "a test suite" : `${this.#brokenFiles} test suites`,
        "errored",
      ).message.addLine("failed to run");
    this.#brokenFiles = 0;
    this.#namedFiles = 0;
    if (total !== undefined) this.declared = addCounts(this.declared, { passed, failed, skipped: skipped + todo });
  }
}
