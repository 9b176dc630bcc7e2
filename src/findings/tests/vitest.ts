/** What vitest prints for people (default, verbose, dot): marks by name, reasons in ` FAIL ` sections, lines of counts. */
import type { TestCase, TestSummary } from "../findings.ts";
import { parseLocation } from "./location.ts";
import { addCounts, countedWords, type Emit, type LineParser, milliseconds, noTests, testCase } from "./parser.ts";
import { Draft, Pending } from "./pending.ts";

export function vitestParser(emit: Emit): LineParser {
  return new Vitest(emit);
}

const statuses: Readonly<Record<string, TestCase["status"]>> = {
  "✓": "passed",
  "×": "failed",
  "✗": "failed",
  "↓": "skipped",
  "□": "skipped",
};
/** The tree of one file is as deep as its suites are. */
const deepest = 50;
const longestName = 4096;
/** Of tests that fail for one reason. More of them are told without it: each line of the reason is added to each of them. */
const mostSections = 20;

interface Suite {
  readonly indent: number;
  readonly name: string;
}

class Vitest implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  /** Until the very end: the reasons are on stderr, which is read after stdout. */
  readonly #pending: Pending;
  #outer: Suite[] = [];
  /** Some tests fail for one reason: their ` FAIL ` lines follow each other. */
  #sections: Draft[] = [];
  #sectionBegins = false;
  #isVitest = false;
  #hasSections = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#pending = new Pending(emit);
  }

  /** Reasons are on stderr, everything else on stdout: one of them alone says little. */
  get problem(): string | null {
    const isPart = this.declared === null && (this.#isVitest || this.#hasSections);
    return isPart ? "vitest's own counts are missing: there may have been more tests" : null;
  }

  push(line: string): void {
    if (/^ RUN {1,3}v\d/.test(line)) this.#isVitest = true;
    if (line.startsWith(" FAIL ") && this.#sectionStart(line)) return;
    if (line.startsWith("⎯⎯⎯") || /^ Test Files /.test(line)) this.#sections = [];
    if (this.#sections.length > 0) this.#sectionLine(line);
    else if (/^ {6}Tests {2}/.test(line)) this.#count(line.slice("      Tests  ".length));
    else if (line.startsWith("No test files found")) this.declared ??= noTests;
    else this.#mark(line);
  }

  end(): void {
    this.#pending.flush();
  }

  /** ` ✓ a.test.js > math > adds 3ms`, or as a tree below ` ❯ a.test.js (5 tests | 2 failed) 23ms` */
  #mark(line: string): void {
    const [, blank = "", sign = "", rest = ""] = /^( {1,200})([✓×✗↓□❯]) (.*)$/u.exec(line) ?? [];
    if (sign === "") return;
    const { name, durationMs } = timed(rest.slice(0, longestName));
    this.#outer = this.#outer.filter((suite) => suite.indent < blank.length);
    const [, plain] = /^(.*) \(\d{1,9}(?: tests?[^()]{0,200})?\)$/.exec(name) ?? [];
    if (plain !== undefined) {
      // A file whose tests all passed stands there alone; by name they are not known, only counted at the end.
      if (this.#outer.length < deepest) this.#outer.push({ indent: blank.length, name: plain });
      return;
    }
    const status = statuses[sign];
    const full = [...this.#outer.map((suite) => suite.name), name].join(" > ");
    // Mocha and jest have the same signs; vitest's names begin with a file.
    if (status === undefined || (!this.#isVitest && !full.includes(" > "))) return;
    if (status === "failed") this.#fail(full, "failed").durationMs = durationMs;
    else this.#emit(testCase(inner(full), status, { durationMs, path: fileOf(full) }));
  }

  #fail(full: string, status: TestCase["status"]): Draft {
    const known = this.#pending.find(full);
    if (known !== undefined) return known;
    const draft = new Draft(inner(full), status);
    draft.path = fileOf(full);
    this.#pending.hold(full, draft);
    return draft;
  }

  /** ` FAIL  a.test.js > math > adds`, ` FAIL  |unit| a.test.js > …`, ` FAIL  c.test.js [ c.test.js ]` */
  #sectionStart(line: string): boolean {
    const text = line.slice(" FAIL ".length).trim().slice(0, longestName);
    // Jest begins so too, without the names of tests.
    const [file] = / \[ .* \]$/.test(text) ? [text.slice(0, text.indexOf(" ["))] : [];
    const full = withoutProject(file ?? text);
    if (file === undefined && !full.includes(" > ")) return false;
    if (!this.#sectionBegins) this.#sections = [];
    const draft = this.#fail(full, file === undefined ? "failed" : "errored");
    // One that is not held was told already: nobody would see what is added to it.
    const isWanted = draft.message.isEmpty && this.#pending.find(full) === draft;
    if (isWanted && this.#sections.length < mostSections) this.#sections.push(draft);
    this.#sectionBegins = true;
    this.#hasSections = true;
    return true;
  }

  #sectionLine(line: string): void {
    this.#sectionBegins = false;
    const place = line.startsWith(" ❯ ") ? parseLocation(line.slice(3).replace(/^.{0,200} (?=\S{1,1000}$)/, "")) : null;
    for (const draft of this.#sections) {
      draft.message.addLine(line);
      if (place === null || draft.line !== null || place.path.includes("node_modules/")) continue;
      draft.path ??= place.path;
      if (place.path.endsWith(draft.path) || draft.path.endsWith(place.path)) draft.line = place.line;
    }
  }

  #count(text: string): void {
    const { passed, failed, skipped = 0, todo = 0 } = countedWords(text, "|");
    const known = passed !== undefined || failed !== undefined || skipped + todo > 0;
    if (text.startsWith("no tests")) this.declared ??= noTests;
    else if (known)
      this.declared = addCounts(this.declared, { passed: passed ?? 0, failed: failed ?? 0, skipped: skipped + todo });
  }
}

function timed(text: string): { name: string; durationMs: number | null } {
  const [suffix, digits] = / (\d{1,9})ms$/.exec(text) ?? [];
  return suffix === undefined
    ? { name: text.trimEnd(), durationMs: null }
    : { name: text.slice(0, -suffix.length), durationMs: milliseconds(digits, "ms") };
}

const withoutProject = (full: string): string => full.replace(/^\|[^|]{1,200}\| /, "");

const fileOf = (full: string): string => withoutProject(full).split(" > ", 1)[0] ?? full;

/** The name without its file, unless it is the file. */
function inner(full: string): string {
  const name = withoutProject(full);
  const at = name.indexOf(" > ");
  return at === -1 ? name : name.slice(at + 3);
}
