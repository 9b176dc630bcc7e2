/** What node:test's spec reporter prints: a tree of `✔` and `✖`, counts behind `ℹ`, and the reasons at the end. */
import type { TestCase, TestSummary } from "../findings.ts";
import { parseLocation } from "./location.ts";
import { nodeCounts } from "./node-counts.ts";
import { addCounts, type Emit, type LineParser, milliseconds, testCase } from "./parser.ts";
import { Draft, Pending } from "./pending.ts";
import { Subtests } from "./subtests.ts";

export function nodeSpecParser(emit: Emit): LineParser {
  return new NodeSpec(emit);
}

interface Suite {
  readonly indent: number;
  readonly name: string;
  hasFailed: boolean;
}

/** A deeper tree is none of node:test's. */
const deepest = 50;

const statuses: Readonly<Record<string, TestCase["status"]>> = {
  "✔": "passed",
  "✖": "failed",
  "﹣": "skipped",
  "⚠": "skipped",
};

class NodeSpec implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  readonly #pending: Pending;
  readonly #suites: Suite[] = [];
  readonly #subtests = new Subtests();
  /** After `✖ failing tests:`. */
  #amongReasons = false;
  #reason: Draft | null = null;
  #place: ReturnType<typeof parseLocation> = null;

  constructor(emit: Emit) {
    this.#emit = this.#subtests.counting(emit);
    this.#pending = new Pending(this.#emit);
  }

  push(line: string): void {
    if (line.startsWith("ℹ ")) {
      this.#count(line);
      return;
    }
    if (line === "✖ failing tests:") this.#amongReasons = true;
    else if (this.#amongReasons && !/^[▶✔﹣] /u.test(line)) this.#reasonLine(line);
    else this.#treeLine(line);
  }

  streamEnded(): void {
    this.#reason = null;
    this.#amongReasons = false;
  }

  end(): void {
    this.#pending.flush();
    this.declared = this.#subtests.settled(this.declared);
  }

  #treeLine(line: string): void {
    this.#amongReasons = false;
    const [, blank = "", symbol = "", rest = ""] = /^( {0,200})([▶✔✖﹣⚠]) (.*)$/u.exec(line) ?? [];
    if (symbol === "") return;
    while ((this.#suites.at(-1)?.indent ?? -1) > blank.length) this.#suites.pop();
    const result = timed(rest);
    const same = this.#suites.at(-1)?.indent === blank.length ? this.#suites.pop() : undefined;
    // Before Node 22 a suite ends with `▶` and its time.
    if (symbol === "▶" && result === null) this.#open({ indent: blank.length, name: rest, hasFailed: false });
    else if (result !== null) this.#result(statuses[symbol] ?? "passed", result, same);
  }

  #result(status: TestCase["status"], { name, durationMs, note }: Timed, suite: Suite | undefined): void {
    const outer = this.#suites.at(-1);
    if (outer !== undefined) outer.hasFailed ||= status === "failed" || suite?.hasFailed === true;
    // The tests of a suite were told; itself only when it failed and none of them did, e.g. in a hook.
    if (suite?.name === name) {
      const told = status === "failed" && !suite.hasFailed;
      this.#subtests.parent({ told });
      if (!told) return;
    }
    const full = [...this.#suites.map((held) => held.name), name].join(" > ");
    if (status !== "failed") {
      this.#emit(testCase(full.slice(0, longestName), status, { durationMs, message: note }));
      return;
    }
    this.#pending.hold(keyOf(name, durationMs), Object.assign(new Draft(full, status), { durationMs }));
  }

  #open(suite: Suite): void {
    if (this.#suites.length < deepest) this.#suites.push(suite);
  }

  /** `test at file:line:column`, then the result once more, then why, indented. */
  #reasonLine(line: string): void {
    if (line.startsWith("test at ")) {
      this.#place = parseLocation(line.slice("test at ".length));
      this.#reason = null;
      return;
    }
    const [, symbol, rest = ""] = /^([✖⚠]) (.*)$/u.exec(line) ?? [];
    if (symbol === undefined) {
      if (line.startsWith("  ") || (line === "" && this.#reason?.message.isEmpty === false))
        this.#reason?.message.addLine(line.slice(2));
      return;
    }
    const result = timed(rest);
    this.#reason = result === null ? null : (this.#pending.find(keyOf(result.name, result.durationMs)) ?? null);
    if (this.#reason !== null && this.#place !== null)
      Object.assign(this.#reason, { path: this.#place.path, line: this.#place.line });
    this.#place = null;
  }

  /** `ℹ pass 3`; `ℹ tests` is the first of them, and the end of what came before: a new run has a new tree. */
  #count(line: string): void {
    const [, word = "", count] = /^ℹ (\w{4,11}) (\d{1,9})$/.exec(line) ?? [];
    if (word === "tests") {
      this.#suites.length = 0;
      this.#amongReasons = false;
    }
    this.#subtests.count(word, Number(count));
    const field = nodeCounts[word];
    if (field !== undefined) this.declared = addCounts(this.declared, { [field]: Number(count) });
  }
}

const longestName = 4096;

interface Timed {
  readonly name: string;
  readonly durationMs: number | null;
  /** What stands behind the time: `# SKIP`, or the reason. */
  readonly note: string | null;
}

/** `name (1.2ms) # SKIP`; null without a time: something else that begins with such a sign. */
function timed(text: string): Timed | null {
  const at = text.lastIndexOf("ms)");
  const start = text.lastIndexOf(" (", at);
  const digits = text.slice(start + 2, at);
  if (at === -1 || start === -1 || !/^[\d.]{1,20}$/.test(digits)) return null;
  const note = text.slice(at + 3).replace(/^ # ?(?:SKIP$)?/, "");
  return { name: text.slice(0, start), durationMs: milliseconds(digits, "ms"), note: note === "" ? null : note };
}

/** With its time a name is as good as unique; what is printed twice is printed alike. */
const keyOf = (name: string, durationMs: number | null): string => `${durationMs} ${name}`;
