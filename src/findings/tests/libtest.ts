/** What Rust's test harness prints (`cargo test`): one run per binary, reasons in sections after the list. */
import type { TestSummary } from "../findings.ts";
import { LibtestRuns } from "./libtest-runs.ts";
import { parseLocation } from "./location.ts";
import { addCounts, type Emit, type LineParser, noTests, testCase } from "./parser.ts";
import { Draft, Pending } from "./pending.ts";

export function libtestParser(emit: Emit): LineParser {
  return new Libtest(emit);
}

class Libtest implements LineParser {
  declared: TestSummary | null = null;
  readonly #emit: Emit;
  readonly #pending: Pending;
  readonly #runs: LibtestRuns;
  /** A test whose result has not come: what it prints stands between its name and its result. */
  #open: string | null = null;
  /** Between `failures:` and `test result:`; what looks like a result there was printed by a test. */
  #amongReasons = false;
  #section: Draft | null = null;
  #part: "stdout" | "message" | "backtrace" = "stdout";

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#pending = new Pending(emit);
    this.#runs = new LibtestRuns(emit);
  }

  get problem(): string | null {
    return this.#runs.problem;
  }

  push(line: string): void {
    if (line.startsWith("test result: ") && this.#summary(line)) return;
    const [, count] = line.startsWith("running ") ? (/^running (\d{1,9}) tests?$/.exec(line) ?? []) : [];
    if (count !== undefined) this.#begin(Number(count));
    else if (this.#runs.push(line)) return;
    else if (this.#amongReasons) this.#reasonLine(line);
    else if (line === "failures:") this.#amongReasons = true;
    else if (line.startsWith("test ")) this.#testLine(line);
    else if (this.#open !== null && /^(?:ok|FAILED)$/.test(line)) this.#result(this.#open, line);
    else if (line.endsWith(" --- FAILED")) this.#result(line.slice(0, -" --- FAILED".length), "FAILED");
  }

  end(): void {
    if (this.#open !== null) this.#died(this.#open);
    this.#pending.flush();
    this.#runs.end();
  }

  #begin(count: number): void {
    if (this.#open !== null) this.#died(this.#open);
    this.#runs.begin(count);
    this.declared ??= noTests;
    this.#amongReasons = false;
    this.#section = null;
  }

  #testLine(line: string): void {
    const split = line.indexOf(" ... ");
    if (split === -1) return;
    if (this.#open !== null) this.#died(this.#open);
    const name = line.slice("test ".length, split);
    const rest = line.slice(split + " ... ".length);
    const [result] = /^(?:ok|FAILED|ignored|bench:)(?=$|[ ,])/.exec(rest) ?? [];
    if (result === undefined) this.#open = name;
    else this.#result(name, result, rest.slice(result.length));
  }

  #result(printed: string, result: string, rest = ""): void {
    this.#open = null;
    this.#runs.result(printed);
    const name = printed.replace(/ - (?:should panic|compile fail|compile|no_run)$/, "");
    const where = docTest(name);
    const [, seconds] = /^ <([\d.]{1,20})s>$/.exec(rest) ?? [];
    const durationMs = seconds === undefined ? null : Math.round(Number(seconds) * 1e6) / 1e3;
    if (result === "FAILED") {
      const draft = Object.assign(new Draft(name, "failed"), { ...where, durationMs });
      this.#pending.hold(name, draft);
      return;
    }
    const message = result === "ignored" ? rest.replace(/^, /, "") || null : null;
    this.#emit(testCase(name, result === "ignored" ? "skipped" : "passed", { ...where, durationMs, message }));
  }

  /** Its line was begun and the next one came: the process was ended in the middle of it. */
  #died(name: string): void {
    this.#open = null;
    this.#runs.died(name);
  }

  #reasonLine(line: string): void {
    const [, name] = line.startsWith("---- ") ? (/^---- (.+) (?:stdout|stderr) ----$/.exec(line) ?? []) : [];
    if (name !== undefined) {
      this.#section = this.#pending.find(name) ?? null;
      this.#part = "stdout";
    } else if (line === "failures:") this.#section = null;
    else if (this.#section !== null) this.#sectionLine(this.#section, line);
  }

  #sectionLine(draft: Draft, line: string): void {
    const at = line.startsWith("thread '") ? line.indexOf(" panicked at ") : -1;
    if (at !== -1) this.#panic(draft, line.slice(at + " panicked at ".length));
    else if (this.#part === "stdout" && /^(?:Error: |note: test did not panic)/.test(line)) this.#part = "message";
    else if (this.#part === "message" && /^(?:stack backtrace:|note: run with )/.test(line)) this.#part = "backtrace";
    if (this.#part === "message") draft.message.addLine(line);
    if (this.#part === "stdout") draft.stdout.addLine(line);
  }

  /** `src/lib.rs:12:66:`, the text on the next line; before Rust 1.73: `'the text', src/lib.rs:12:66`. */
  #panic(draft: Draft, rest: string): void {
    const found = parseLocation(rest.slice(rest.lastIndexOf("', ") === -1 ? 0 : rest.lastIndexOf("', ") + 3));
    this.#part = "message";
    if (found === null || draft.line !== null) return;
    // The place of a doc test's panic is within the example; where the example stands is known already.
    draft.path = found.path;
    draft.line = found.line;
  }

  #summary(line: string): boolean {
    const [, passed, failed, ignored] =
      /^test result: \w{1,10}\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored;/.exec(line) ?? [];
    if (passed === undefined) return false;
    if (this.#open !== null) this.#died(this.#open);
    this.declared = addCounts(this.declared, {
      passed: Number(passed),
      failed: Number(failed),
      skipped: Number(ignored),
    });
    this.#amongReasons = false;
    this.#section = null;
    this.#pending.flush();
    this.#runs.finished();
    return true;
  }
}

/** `src/lib.rs - add (line 5)` */
function docTest(name: string): { path: string | null; line: number | null } {
  const [, path, line] = !name.includes(" - ")
    ? []
    : (/^(\S{1,1000}) - .{0,1000} ?\(line (\d{1,9})\)$/.exec(name) ?? []);
  return path === undefined ? { path: null, line: null } : { path, line: Number(line) };
}
