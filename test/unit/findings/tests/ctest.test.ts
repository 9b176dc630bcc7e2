import { describe, expect, it } from "vitest";
import { ctestParser } from "../../../../src/findings/tests/ctest.ts";
import { fixture, outline, parseLines } from "../../../support/test-findings.ts";

describe("ctestParser", () => {
  it("reads each test with its reason, and what it printed", () => {
    const { cases, declared } = parseLines(ctestParser, fixture("ctest.txt"));
    expect(cases.map(({ name, status, message }) => [name, status, message])).toEqual([
      ["ok", "passed", null],
      ["bad", "failed", "Failed\nwhy"],
      ["missing", "errored", "Not Run\nCould not find executable /nonexistent/prog"],
      ["skip", "skipped", "Skipped"],
      ["dis", "skipped", "Not Run (Disabled)"],
      ["slow", "failed", "Timeout"],
      ["seg", "failed", "Exception: SegFault"],
      ["fixsetup", "failed", "Failed"],
      ["needsfix", "errored", "Not Run\nFailed test dependencies: fixsetup"],
    ]);
    expect(declared).toEqual({ passed: 1, failed: 6, skipped: 2 });
    expect(cases[5]?.durationMs).toBeGreaterThan(900);
  });

  it("reads names with spaces and dots, and a verdict that goes on in the next line", () => {
    const text = [
      "10/12 Test #10: a b.c ...............   Passed    0.10 sec",
      " 2/12 Test  #2: x ...***Failed  Required regular expression not found. Regex=[a",
      "]  0.01 sec",
      "printed",
      "    Start 11: next",
      "not printed by it",
    ].join("\n");
    const { cases, declared } = parseLines(ctestParser, text);
    expect(outline(cases)).toEqual(["passed a b.c", "failed x"]);
    expect(cases[1]?.message).toBe("Failed  Required regular expression not found. Regex=[a\n]  0.01 sec\nprinted");
    expect(declared).toBeNull();
  });

  it("has the counts when nothing else is printed", () => {
    const text = "50% tests passed, 1 tests failed out of 2\n";
    expect(parseLines(ctestParser, text)).toMatchObject({ cases: [], declared: { passed: 1, failed: 1, skipped: 0 } });
  });
});
