import { describe, expect, it } from "vitest";
import { findTests } from "../../../support/test-findings.ts";

const of = (passed: number, failed = 0, skipped = 0) => ({ passed, failed, skipped });

describe("runners of which only counts are read", () => {
  it.each([
    ["dotnet", "Failed!  - Failed:     1, Passed:     2, Skipped:     1, Total:     4, Duration: 5 ms", of(2, 1, 1)],
    ["maven", "[ERROR] Tests run: 4, Failures: 1, Errors: 1, Skipped: 1", of(1, 2, 1)],
    ["gradle", "3 tests completed, 1 failed, 1 skipped", of(1, 1, 1)],
    ["minitest", "5 runs, 8 assertions, 1 failures, 1 errors, 1 skips", of(2, 2, 1)],
    ["mocha", "  2 passing (5ms)\n  1 pending\n  1 failing\n", of(2, 1, 1)],
    ["phpunit", "OK (3 tests, 5 assertions)", of(3)],
    ["phpunit", "Tests: 4, Assertions: 5, Failures: 1, Skipped: 1.", of(2, 1, 1)],
    ["phpunit", "No tests executed!", of(0)],
    ["rspec", "5 examples, 1 failure, 1 pending", of(3, 1, 1)],
    ["deno", "FAILED | 3 passed | 1 failed | 1 ignored (10ms)", of(3, 1, 1)],
    ["unittest", "Ran 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)", of(1, 1, 1)],
    ["unittest", "Ran 0 tests in 0.000s\n\nNO TESTS RAN", of(0)],
  ])("%s: %s", async (format, stdout, summary) => {
    expect((await findTests({ stdout: `\n${stdout}\n` })).findings).toMatchObject({ format, summary, failures: [] });
  });

  it("does not add up Maven's classes and their total", async () => {
    const stdout =
      "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.1 s -- in A\n[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0\n";
    expect((await findTests({ stdout })).findings.summary).toEqual(of(2));
  });
});
