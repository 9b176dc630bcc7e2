/** Which of the announced tests (`running 12 tests`) have no result, because their process was ended in the middle. */
import { type Emit, testCase } from "./parser.ts";

/** Of names at once; as many tests run at the same time as there are processors. */
const mostNames = 1000;

export class LibtestRuns {
  readonly #emit: Emit;
  /** Of the run that goes on. */
  #announced = 0;
  #left = 0;
  /** Of runs that ended without their `test result:`. */
  #total = 0;
  #missing = 0;
  /** Those that the harness says take long. */
  readonly #slow = new Set<string>();
  readonly #died = new Set<string>();
  readonly #overflowed = new Set<string>();

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get problem(): string | null {
    return this.#missing > 0 ? `${this.#missing} of ${this.#total} tests without a result` : null;
  }

  begin(count: number): void {
    this.#broken();
    this.#announced = count;
    this.#left = count;
  }

  /** True when the line was about a run: nobody else looks at it. */
  push(line: string): boolean {
    if (this.#left > 0 && /^[.aiF]{1,200}(?: \d{1,9}\/\d{1,9})?$/.test(line)) {
      // The quiet form: a sign for each.
      this.#left = Math.max(0, this.#left - (line.split(" ", 1)[0] ?? "").length);
      return true;
    }
    const [, slow] =
      line.startsWith("test ") && line.includes(" has been running ")
        ? (/^test (.+) has been running for over \d{1,9} seconds$/.exec(line) ?? [])
        : [];
    if (slow !== undefined) add(this.#slow, slow);
    const [, overflowed] = line.startsWith("thread '")
      ? (/^thread '(.+)' (?:\(\d{1,9}\) )?has overflowed its stack$/.exec(line) ?? [])
      : [];
    if (overflowed !== undefined) add(this.#overflowed, overflowed);
    return slow !== undefined || overflowed !== undefined;
  }

  result(name: string): void {
    this.#left = Math.max(0, this.#left - 1);
    if (this.#slow.size > 0) this.#slow.delete(name.slice(0, longestName));
  }

  /** Its line was begun and the process ended in the middle of it. */
  died(name: string): void {
    this.result(name);
    this.#tell(name, "no result: it ended in the middle of this test");
  }

  /** `test result:` has come. */
  finished(): void {
    this.#announced = 0;
    this.#left = 0;
    this.#slow.clear();
  }

  end(): void {
    this.#broken();
    for (const name of this.#overflowed) {
      if (this.#missing === 0) break;
      if (this.#died.has(name)) continue;
      this.#missing--;
      this.#tell(name, "no result: it has overflowed its stack");
    }
  }

  #broken(): void {
    for (const name of [...this.#slow].slice(0, this.#left)) {
      this.result(name);
      this.#tell(name, "no result: it was still running");
    }
    if (this.#left > 0) this.#total += this.#announced;
    this.#missing += this.#left;
    this.finished();
  }

  #tell(name: string, message: string): void {
    add(this.#died, name);
    this.#emit(testCase(name, "errored", { message }));
  }
}

const longestName = 1024;

function add(names: Set<string>, name: string): void {
  if (names.size < mostNames) names.add(name.slice(0, longestName));
}
