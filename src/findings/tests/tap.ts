/** The Test Anything Protocol, 13 and 14, with the nesting of node:test and of vitest. Suites are not counted, their tests are. */
import type { TestSummary } from "../findings.ts";
import { nodeCounts } from "./node-counts.ts";
import { addCounts, type Emit, type LineParser, noTests, testCase } from "./parser.ts";
import { Draft } from "./pending.ts";
import { Subtests } from "./subtests.ts";
import { directivesOf, TapDiagnostics, tapPoint } from "./tap-parts.ts";

export function tapParser(emit: Emit): LineParser {
  return new Tap(emit);
}

/** Something with tests in it. `result`: its own, which came before them (vitest). */
interface Suite {
  readonly indent: number;
  readonly name: string;
  readonly result: Draft | null;
  hasTests: boolean;
  hasFailed: boolean;
}

/** A deeper one is no test suite; its tests are told with the outer names alone. */
const deepest = 50;

class Tap implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  readonly #suites: Suite[] = [];
  readonly #subtests = new Subtests();
  /** A result whose diagnostics may follow. */
  #last: { readonly draft: Draft; readonly indent: number; readonly isSuite: boolean } | null = null;
  #diagnostics: TapDiagnostics | null = null;
  #planned = 0;
  #points = 0;
  #isTap = false;

  constructor(emit: Emit) {
    this.#emit = this.#subtests.counting(emit);
  }

  get problem(): string | null {
    const missing = this.#planned - this.#points;
    return missing > 0 && (this.#points > 0 || this.#isTap)
      ? `${missing} of ${this.#planned} planned tests have no result`
      : null;
  }

  push(line: string): void {
    if (this.#diagnostics !== null) {
      if (this.#diagnostics.push(line)) return;
      this.#diagnostics = null;
    }
    const indent = line.length - line.trimStart().length;
    const text = line.slice(indent, indent + longestLine);
    if (text === "---" && this.#last !== null && indent > this.#last.indent)
      this.#diagnostics = new TapDiagnostics(this.#last.draft);
    else if (/^(?:not )?ok\b/.test(text)) this.#point(text, indent);
    else if (text.startsWith("# ")) this.#comment(text, indent);
    else if (text === "}") this.#close(indent);
    else if (/^1\.\.\d/.test(text)) this.#plan(text, indent);
    else if (text.startsWith("TAP version 1")) this.#isTap = true;
    else if (this.#isTap && text.startsWith("Bail out!")) this.#bail(text);
  }

  end(): void {
    this.#tell();
    while (this.#suites.length > 0) this.#pop();
    this.declared = this.#subtests.settled(this.declared);
  }

  #point(text: string, indent: number): void {
    const point = tapPoint(text);
    if (point === null || (point.number === null && !this.#isTap)) return;
    this.#tell();
    if (indent === 0) this.#points++;
    while ((this.#suites.at(-1)?.indent ?? -1) > indent) this.#pop();
    const { status, reason, durationMs, opens } = directivesOf(point.directives, point.ok);
    const own = this.#ownSuite(indent);
    const draft = Object.assign(new Draft(this.#nameOf(point.name), status), { durationMs });
    if (reason !== null) draft.message.addLine(reason);
    if (opens) this.#open({ indent, name: point.name, result: draft, hasTests: false, hasFailed: false });
    else if (own?.hasTests === true) this.#suiteEnded(own, draft, indent);
    else this.#test(draft, indent);
  }

  /** The suite whose result comes now, after its tests. One that had its result before them ends here at the latest. */
  #ownSuite(indent: number): Suite | undefined {
    const suite = this.#suites.at(-1);
    if (suite?.indent !== indent) return undefined;
    if (suite.result === null) return this.#suites.pop();
    this.#pop();
    return undefined;
  }

  #test(draft: Draft, indent: number): void {
    const suite = this.#suites.at(-1);
    if (suite !== undefined) {
      suite.hasTests = true;
      suite.hasFailed ||= draft.status === "failed";
    }
    this.#last = { draft, indent, isSuite: false };
  }

  /** Its tests were told; itself only when it failed and none of them did, e.g. in a hook. */
  #suiteEnded(suite: Suite, draft: Draft, indent: number): void {
    const outer = this.#suites.at(-1);
    if (outer !== undefined) {
      outer.hasTests = true;
      outer.hasFailed ||= suite.hasFailed;
    }
    const told = draft.status === "failed" && !suite.hasFailed;
    this.#subtests.parent({ told });
    if (told) this.#test(draft, indent);
    else this.#last = { draft, indent, isSuite: true };
  }

  #open(suite: Suite): void {
    if (this.#suites.length < deepest) this.#suites.push(suite);
  }

  /** `}`: vitest's end of a suite. */
  #close(indent: number): void {
    this.#tell();
    while ((this.#suites.at(-1)?.indent ?? -1) >= indent) this.#pop();
  }

  #pop(): void {
    const suite = this.#suites.pop();
    if (suite === undefined) return;
    const outer = this.#suites.at(-1);
    if (outer !== undefined) {
      outer.hasTests ||= suite.hasTests;
      outer.hasFailed ||= suite.hasFailed;
    }
    if (suite.result !== null && (!suite.hasTests || (suite.result.status === "failed" && !suite.hasFailed)))
      this.#emit(suite.result.finish());
  }

  #comment(text: string, indent: number): void {
    const [, name] = /^# Subtest: (.+)$/.exec(text) ?? [];
    if (name !== undefined) {
      this.#tell();
      while ((this.#suites.at(-1)?.indent ?? -1) >= indent) this.#pop();
      this.#open({ indent, name: unescaped(name), result: null, hasTests: false, hasFailed: false });
      return;
    }
    const [, word = "", count] = indent === 0 ? (/^# (\w{4,9})\s{1,4}(\d{1,9})$/.exec(text) ?? []) : [];
    this.#subtests.count(word, Number(count));
    const field = nodeCounts[word];
    if (field !== undefined && this.#points > 0) this.declared = addCounts(this.declared, { [field]: Number(count) });
  }

  #plan(text: string, indent: number): void {
    const [, count] = /^1\.\.(\d{1,9})(?:\s|$)/.exec(text) ?? [];
    if (count === undefined || indent !== 0) return;
    this.#tell();
    this.#planned += Number(count);
    if (Number(count) === 0) this.declared ??= noTests;
  }

  #bail(text: string): void {
    this.#tell();
    this.#emit(testCase("Bail out!", "errored", { message: text }));
  }

  #tell(): void {
    if (this.#last?.isSuite === false) this.#emit(this.#last.draft.finish());
    this.#last = null;
    this.#diagnostics = null;
  }

  #nameOf(name: string): string {
    const outer = this.#suites.map((suite) => suite.name);
    return [...outer, name].join(" > ").slice(0, longestLine);
  }
}

const longestLine = 4096;

const unescaped = (text: string): string => text.replace(/\\([#\\])/g, "$1");
