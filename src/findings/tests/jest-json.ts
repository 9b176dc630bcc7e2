/** The report of `jest --json` and of vitest's json reporter: a list of test files, each with its tests. */
import type { TestCase, TestSummary } from "../findings.ts";
import { JsonElements } from "./json-elements.ts";
import { findLocation, lineOf } from "./location.ts";
import { addCounts, type Emit, noTests, testCase } from "./parser.ts";

/** Of one test file. It is parsed at once, which takes about 10 ms per MiB; thousands of tests are within it. */
const maxFileBytes = 2 ** 21;
/** Of one test file. Real ones take a hundred bytes and more each; a million empty objects would stop the event loop for seconds. */
const mostTests = 20_000;

const statuses: Readonly<Record<string, TestCase["status"]>> = {
  passed: "passed",
  failed: "failed",
  skipped: "skipped",
  pending: "skipped",
  todo: "skipped",
  disabled: "skipped",
};
const declaredAs: Readonly<Record<string, keyof TestSummary>> = {
  numPassedTests: "passed",
  numFailedTests: "failed",
  numPendingTests: "skipped",
  numTodoTests: "skipped",
};

/** Fed with bytes: the whole report is often one line. */
export class JestJsonParser {
  declared: TestSummary | null = null;
  problem: string | null = null;
  readonly #emit: Emit;
  readonly #elements: JsonElements;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#elements = new JsonElements("testResults", maxFileBytes, {
      onElement: (text, line) => this.#file(text, line),
      onScalar: (key, value) => this.#count(key, value),
    });
  }

  /** Nothing more is wanted. */
  get isDone(): boolean {
    return this.#elements.isDone;
  }

  push(chunk: Buffer): void {
    this.#elements.push(chunk);
  }

  end(): void {
    if (!this.#elements.isDone) this.problem ??= `line ${this.#elements.line}: the report ends in the middle`;
  }

  #count(key: string, value: string): void {
    const field = declaredAs[key];
    if (field !== undefined && /^\d{1,9}$/.test(value))
      this.declared = addCounts(this.declared ?? noTests, { [field]: Number(value) });
  }

  #file(text: string | null, line: number): void {
    const file = text === null ? null : parseRecord(text);
    if (file === null) {
      const what = text === null ? `a test file's results are over ${maxFileBytes >> 20} MiB` : "broken JSON";
      this.problem ??= `line ${line}: ${what}`;
      return;
    }
    const path = string(file["name"]) || string(file["testFilePath"]) || null;
    const tests = [file["assertionResults"], file["testResults"]].find(Array.isArray) ?? [];
    if (tests.length > mostTests) this.problem ??= `line ${line}: only ${mostTests} tests of a test file are read`;
    for (const test of tests.slice(0, mostTests)) if (isRecord(test)) this.#test(test, path);
    const message = string(file["message"]);
    // Its tests say why; without any it could not even be loaded.
    if (tests.length === 0 && file["status"] === "failed")
      this.#emit(testCase(path ?? "a test file", "errored", { message: message || null, path }));
  }

  #test(test: Readonly<Record<string, unknown>>, path: string | null): void {
    const messages = Array.isArray(test["failureMessages"]) ? test["failureMessages"].filter(isString) : [];
    const message = messages.join("\n\n") || null;
    const duration = test["duration"];
    this.#emit(
      testCase(nameOf(test), statuses[string(test["status"])] ?? "errored", {
        durationMs: typeof duration === "number" ? Math.round(duration * 1e3) / 1e3 : null,
        message,
        path: path ?? (message === null ? null : (findLocation(message)?.path ?? null)),
        line: placeOf(test, message, path),
      }),
    );
  }
}

function nameOf(test: Readonly<Record<string, unknown>>): string {
  const outer = Array.isArray(test["ancestorTitles"]) ? test["ancestorTitles"].filter(isString) : [];
  const title = string(test["title"]);
  return title === "" ? string(test["fullName"]) || "(no name)" : [...outer.filter(Boolean), title].join(" > ");
}

function placeOf(test: Readonly<Record<string, unknown>>, message: string | null, path: string | null): number | null {
  if (message !== null && path !== null) return lineOf(message, path);
  const { location } = test;
  return isRecord(location) && typeof location["line"] === "number" ? location["line"] : null;
}

function parseRecord(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    // Said as the problem, with its line.
    return null;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === "string";
const string = (value: unknown): string => (typeof value === "string" ? value : "");
