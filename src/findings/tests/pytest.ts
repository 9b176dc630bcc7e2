/** What pytest prints, plain, `-v`, `-q` and by xdist: results by name, sections with reasons, a short summary, one line of counts. */
import type { TestCase, TestSummary } from "../findings.ts";
import { addCounts, countedWords, type Emit, type LineParser, noTests, testCase } from "./parser.ts";
import { Draft, Pending } from "./pending.ts";
import { PytestReasons } from "./pytest-reasons.ts";

export function pytestParser(emit: Emit): LineParser {
  return new Pytest(emit);
}

const statuses: Readonly<Record<string, TestCase["status"]>> = {
  PASSED: "passed",
  FAILED: "failed",
  SKIPPED: "skipped",
  ERROR: "errored",
  XFAIL: "skipped",
  XPASS: "passed",
};

class Pytest implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  #pending: Pending;
  #reasons = new PytestReasons();
  #failed: Draft[] = [];
  #part: "results" | "reasons" | "summary" = "results";

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#pending = new Pending(emit);
  }

  push(line: string): void {
    const count = /\d|no tests/.test(line) && line.includes(" in ") ? countLine(line) : null;
    if (count !== null) {
      this.#ended(count);
      return;
    }
    const title = line.startsWith("===") && line.endsWith("===") ? trimmed(line, "=") : null;
    if (title !== null) this.#begin(title);
    else if (this.#part === "reasons") this.#reasons.push(line);
    else if (this.#part === "summary") this.#summaryLine(line);
    else if (line.includes("::")) this.#resultLine(line);
  }

  end(): void {
    this.#settle();
  }

  #begin(title: string): void {
    if (title === "test session starts") this.#settle();
    if (title === "FAILURES" || title === "ERRORS") this.#part = "reasons";
    else this.#part = title === "short test summary info" ? "summary" : "results";
  }

  /** `a.py::test[x y] PASSED [ 12%]`, `[gw0] [ 12%] PASSED a.py::test` */
  #resultLine(line: string): void {
    const text = line.replace(/^\[gw\d{1,4}\] \[ {0,2}\d{1,3}%\] /, "");
    const parallel = text !== line;
    const [found, word = ""] =
      (parallel ? /^([A-Z]{5,7}) / : / (PASSED|FAILED|SKIPPED|ERROR|XFAIL|XPASS)(?= |$)/).exec(text) ?? [];
    const status = statuses[word];
    if (found === undefined || status === undefined) return;
    const at = parallel ? 0 : text.indexOf(found);
    const id = (parallel ? text.slice(found.length) : text.slice(0, at)).trim();
    const rest = parallel ? "" : text.slice(at + found.length).replace(/\s{0,200}\[ {0,2}\d{1,3}%\]$/, "");
    // An id begins with a file; a path of Rust's (`test tests::bad ... FAILED`) does not.
    if (/^[^\s:]{1,1000}\.\w{1,8}::/.test(id)) this.#result(id, status, /^ \((.*)\)$/.exec(rest)?.[1] ?? null);
  }

  #result(id: string, status: TestCase["status"], reason: string | null): void {
    const path = id.slice(0, id.indexOf("::"));
    if (status === "failed" || status === "errored") this.#fail(id, status, "");
    else this.#emit(testCase(id.slice(0, longestId), status, { message: reason, path: path.slice(0, longestId) }));
  }

  /** `FAILED a.py::test - why`, `ERROR a.py` */
  #summaryLine(line: string): void {
    const [, word = "", rest = ""] = /^(FAILED|ERROR) (.+)$/.exec(line) ?? [];
    const status = statuses[word];
    if (status !== "failed" && status !== "errored") return;
    const split = rest.indexOf(" - ", Math.max(0, rest.indexOf("]")));
    this.#fail(split === -1 ? rest : rest.slice(0, split), status, split === -1 ? "" : rest.slice(split + 3));
  }

  /** The same one is named in the list and in the summary; a test and its teardown can both fail. */
  #fail(id: string, status: "failed" | "errored", why: string): void {
    const key = `${status} ${id}`;
    const known = this.#pending.find(key);
    if (known !== undefined) {
      if (known.message.isEmpty) known.message.addLine(why);
      return;
    }
    const draft = new Draft(id, status);
    draft.path = id.includes("::") ? id.slice(0, id.indexOf("::")).slice(0, longestId) : draft.name;
    if (why !== "") draft.message.addLine(why);
    if (!this.#pending.isFull) this.#failed.push(draft);
    this.#pending.hold(key, draft);
  }

  #ended(counts: TestSummary): void {
    this.declared = addCounts(this.declared, counts);
    this.#part = "results";
    this.#settle();
  }

  /** Joins names with reasons, and tells them. Reasons without a name (`-qq`) are told under their title. */
  #settle(): void {
    for (const draft of this.#failed) this.#reasons.give(draft);
    this.#pending.flush();
    for (const draft of this.#reasons.rest()) this.#emit(draft.finish());
    this.#failed = [];
    this.#pending = new Pending(this.#emit);
    this.#reasons = new PytestReasons();
  }
}

const longestId = 1024;
const longestCount = 400;

/** `== 2 failed, 3 passed in 0.83s ==`, with `-q` without the signs; null when it is no such line. */
function countLine(line: string): TestSummary | null {
  if (line.length > longestCount) return null;
  const text = trimmed(line, "=");
  const [, words = ""] = /^(\d.{0,200}|no tests ran) in \d[\d.]{0,10}s(?: \([\d:, a-z]{1,40}\))?$/.exec(text) ?? [];
  if (words === "no tests ran") return noTests;
  if (!/^\d+ [a-z]+(?:, \d+ [a-z]+)*$/.test(words)) return null;
  const {
    passed = 0,
    xpassed = 0,
    failed = 0,
    error = 0,
    errors = 0,
    skipped = 0,
    xfailed = 0,
    ...rest
  } = countedWords(words, ",");
  const known = /^(?:deselected|warnings?|rerun|subtests?)$/;
  if (Object.keys(rest).some((word) => !known.test(word))) return null;
  return { passed: passed + xpassed, failed: failed + error + errors, skipped: skipped + xfailed };
}

/** By hand: an expression for signs at the end takes quadratic time on many of them in the middle. */
function trimmed(line: string, sign: string): string {
  let start = 0;
  let end = line.length;
  while (line[start] === sign) start++;
  while (end > start && line[end - 1] === sign) end--;
  return line.slice(start, end).trim();
}
