/** What `go test` prints for people, with and without `-v`. */
import type { TestSummary } from "../findings.ts";
import { BoundedText } from "./bounded-text.ts";
import { addLogLine, isGoMarker, OutputByTest, resultLine } from "./go-log.ts";
import { type Emit, type LineParser, milliseconds, noTests, testCase } from "./parser.ts";
import { Draft } from "./pending.ts";

export function goParser(emit: Emit): LineParser {
  return new Go(emit);
}

class Go implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  /** With `-v` a test's log comes before its result, without after it. */
  readonly #logs = new OutputByTest();
  #running: string | null = null;
  #failed: Draft | null = null;
  /** What belongs to no test: errors of the compiler, a panic. */
  #loose = new BoundedText();
  #testsOfPackage = 0;
  #failuresOfPackage = 0;
  /** Nothing is kept before the first sign of `go test`. */
  #isGo = false;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  push(line: string): void {
    if (line.includes("--- ") && this.#result(line)) return;
    if (line.startsWith("=== ") && this.#marker(line)) return;
    if (/^(?:ok {2}|FAIL|\? {3})\t/.test(line)) {
      this.#package(line);
      return;
    }
    if (isGoMarker(line)) return;
    if (/^# \S+(?: \[\S+\])?$/.test(line) || line.startsWith("panic: ")) this.#isGo = true;
    if (this.#failed !== null && /^\s|^panic: |^goroutine |^$/.test(line)) addLogLine(this.#failed, line);
    else if (this.#isGo) this.#unmarked(line);
  }

  end(): void {
    this.#tell();
  }

  #unmarked(line: string): void {
    this.#tell();
    if (this.#running === null) this.#loose.addLine(line);
    else this.#logs.add(this.#running, line);
  }

  #result(line: string): boolean {
    const found = resultLine(line);
    if (found === null) return false;
    this.#tell();
    this.#isGo = true;
    this.#running = null;
    this.#testsOfPackage++;
    const { name, status, durationMs } = found;
    const draft = Object.assign(new Draft(name, status), { durationMs });
    for (const logged of this.#logs.take(name)) addLogLine(draft, logged);
    if (status === "failed") this.#failuresOfPackage++;
    // A reason to skip is a log line too.
    if (status === "passed") this.#emit(testCase(name, status, { durationMs }));
    else this.#failed = draft;
    return true;
  }

  #marker(line: string): boolean {
    const [, verb, name] = /^=== (RUN|CONT|NAME|PAUSE) {1,3}(\S+)$/.exec(line) ?? [];
    if (name === undefined) return false;
    this.#tell();
    this.#isGo = true;
    this.#running = verb === "PAUSE" ? null : name;
    return true;
  }

  /** `ok  \tpkg\t0.1s`, `FAIL\tpkg\t0.1s`, `FAIL\tpkg [build failed]`, `?   \tpkg\t[no test files]` */
  #package(line: string): void {
    this.#tell();
    this.#isGo = true;
    this.declared ??= noTests;
    const [word = "", rest = "", last = ""] = line.split("\t", 3);
    const [name = rest, reason = last] = rest.split(" [", 2);
    const durationMs = milliseconds(/^([\d.]{1,12})s/.exec(last)?.[1], "s");
    if (word === "FAIL") this.#failedPackage(name, reason, durationMs);
    else if (word === "ok  " && this.#testsOfPackage === 0 && !line.includes("[no tests to run]"))
      this.#emit(testCase(name, "passed", { durationMs }));
    this.#testsOfPackage = 0;
    this.#failuresOfPackage = 0;
    this.#running = null;
    this.#loose = new BoundedText();
    this.#logs.clear();
  }

  /** Told when no test of it says why: it did not compile, or it ended outside of a test. */
  #failedPackage(name: string, reason: string, durationMs: number | null): void {
    if (this.#failuresOfPackage > 0) return;
    const draft = Object.assign(new Draft(name, "errored"), { durationMs });
    for (const line of this.#logs.takeAll()) addLogLine(draft, line);
    const text = this.#loose.text() ?? "";
    for (const line of text.split("\n")) draft.message.addLine(line);
    if (text === "") draft.message.addLine(reason.replace(/\]$/, ""));
    this.#emit(draft.finish());
  }

  #tell(): void {
    if (this.#failed !== null) this.#emit(this.#failed.finish());
    this.#failed = null;
  }
}
