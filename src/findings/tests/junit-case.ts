/** One `<testcase>`: its attributes, what is said inside it, and where it is. */
import type { TestCase, TestStatus } from "../findings.ts";
import { BoundedText, longestText } from "./bounded-text.ts";
import { findLocation, lineOf } from "./location.ts";
import { milliseconds, testCase } from "./parser.ts";

/** When several are said of one test, the greatest counts. */
const ranks: Readonly<Record<TestStatus, number>> = { passed: 0, skipped: 1, errored: 2, failed: 3 };

const said: Readonly<Record<string, TestStatus>> = { failure: "failed", error: "errored", skipped: "skipped" };

export class JunitCase {
  readonly #attributes: Readonly<Record<string, unknown>>;
  readonly #texts = { message: new BoundedText(), stdout: new BoundedText(), stderr: new BoundedText() };
  #status: TestStatus = "passed";
  #isTodo = false;
  /** The message has its attribute, and its body begins on a new line. */
  #awaitsBody = false;
  /** The current part is of a lesser rank than what is known. */
  #isMuted = false;

  constructor(attributes: Readonly<Record<string, unknown>>) {
    this.#attributes = attributes;
    // CTest says it here, with an empty body.
    if (/^(?:disabled|notrun|skipped)$/.test(this.#attribute("status"))) this.#status = "skipped";
  }

  /** CTest has no classes and repeats the name. */
  get #isCtest(): boolean {
    return this.#attribute("status") !== "" && this.#attribute("classname") === this.#attribute("name");
  }

  /** `<failure>`, `<error>`, `<skipped>`, `<system-out>`, `<system-err>` */
  begin(element: string, attributes: Readonly<Record<string, unknown>>): void {
    const word = said[element];
    this.#isMuted = false;
    if (word === undefined) return;
    const title = string(attributes["message"]).slice(0, longestText);
    const status = word === "skipped" && this.#couldNotRun(title) ? "errored" : word;
    // node:test: a TODO that fails is no failure.
    if (status === "skipped" && attributes["type"] === "todo") this.#isTodo = true;
    this.#isMuted = ranks[status] < ranks[this.#status];
    if (this.#isMuted) return;
    if (ranks[status] > ranks[this.#status]) this.#texts.message = new BoundedText();
    this.#status = status;
    if (!this.#texts.message.isEmpty) this.#texts.message.add("\n\n");
    this.#texts.message.add(title);
    this.#awaitsBody = title !== "";
  }

  /** CTest calls skipped what it could not run, and counts it as failed: no executable, a fixture that failed. */
  #couldNotRun(reason: string): boolean {
    return this.#isCtest && this.#attribute("status") === "notrun" && reason !== "" && !reason.startsWith("SKIP_");
  }

  text(part: "message" | "stdout" | "stderr", text: string): void {
    if (part !== "message") this.#texts[part].add(text);
    if (part !== "message" || this.#isMuted) return;
    const begins = this.#awaitsBody && text.trim() !== "";
    if (this.#awaitsBody && !begins) return;
    this.#awaitsBody = false;
    this.#texts.message.add(begins ? `\n${text.replace(/^[\r\n]+/, "")}` : text);
  }

  finish(): TestCase {
    const stdout = this.#texts.stdout.text();
    const message = this.#texts.message.text() ?? (this.#isCtest && this.#status === "failed" ? why(stdout) : null);
    const classname = this.#attribute("classname") || this.#attribute("class");
    return testCase(this.#name(classname), this.#isTodo ? "skipped" : this.#status, {
      durationMs: milliseconds(this.#attribute("time"), "s"),
      message,
      stdout,
      stderr: this.#texts.stderr.text(),
      ...this.#place(classname, message),
    });
  }

  /** With its class, unless that is no part of the name by which the runner would find it again. */
  #name(classname: string): string {
    const name = this.#attribute("name") || "(no name)";
    // What node:test puts there when there is no suite.
    const isConstant = classname === "test" && /\.[cm]?[jt]sx?$/.test(this.#attribute("file"));
    return classname === "" || isConstant || this.#isCtest ? name : `${classname}::${name}`;
  }

  #place(classname: string, message: string | null): { path: string | null; line: number | null } {
    // vitest and jest-junit put the file there.
    const asFile = /\.(?:[cm]?[jt]sx?|py|rb|php)$/.test(classname) ? classname : "";
    const path = this.#attribute("file") || this.#attribute("filepath") || asFile;
    const line = /^\d{1,9}$/.test(this.#attribute("line")) ? Number(this.#attribute("line")) : null;
    if (path !== "") return { path, line: line ?? (message === null ? null : lineOf(message, path)) };
    const found = message === null || ranks[this.#status] < ranks.errored ? null : findLocation(message);
    return { path: found?.path ?? null, line: found?.line ?? line };
  }

  #attribute(name: string): string {
    return string(this.#attributes[name]);
  }
}

/** CTest gives no reason: neither the exit code, nor that it was a timeout or a signal. */
const why = (printed: string | null): string => printed ?? "no output: an exit code, a signal or a timeout";

const string = (value: unknown): string => (typeof value === "string" ? value : "");
