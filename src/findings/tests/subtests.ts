/**
 * Tests with subtests, which node:test counts beside them. Here a test with subtests counts through them, like a suite, so that counts
 * and names agree and every reporter of the same run gives the same numbers (node's JUnit report does not tell the two apart).
 */
import type { TestCase, TestSummary } from "../findings.ts";
import { addCounts, type Emit, noTests } from "./parser.ts";

export class Subtests {
  /** What was told by name. */
  #named = noTests;
  /** With tests in them: suites, and tests with subtests. */
  #parents = 0;
  #parentsTold = 0;
  /** By the runner's own counts. */
  #tests = 0;
  #suites = 0;

  /** `emit`, counted. */
  counting(emit: Emit): Emit {
    return (test) => {
      this.#named = addCounts(this.#named, { [fieldOf(test)]: 1 });
      emit(test);
    };
  }

  /** `told`: it has an entry of its own, because it failed and none of its tests did. */
  parent({ told }: { readonly told: boolean }): void {
    this.#parents++;
    if (told) this.#parentsTold++;
  }

  /** `tests 6`, `suites 1`; other words are passed over. */
  count(word: string, count: number): void {
    if (word === "tests") this.#tests += count;
    else if (word === "suites") this.#suites += count;
  }

  /** The runner's own counts decide whether all tests are known by name; if so, the names are what counts. */
  settled(declared: TestSummary | null): TestSummary | null {
    const { passed, failed, skipped } = this.#named;
    const leaves = passed + failed + skipped - this.#parentsTold;
    const isAll = leaves > 0 && leaves + this.#parents - this.#suites === this.#tests;
    return declared !== null && isAll ? this.#named : declared;
  }
}

function fieldOf({ status }: TestCase): keyof TestSummary {
  return status === "errored" ? "failed" : status;
}
