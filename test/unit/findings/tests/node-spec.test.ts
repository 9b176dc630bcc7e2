import { describe, expect, it } from "vitest";
import { nodeSpecParser } from "../../../../src/findings/tests/node-spec.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

describe("nodeSpecParser", () => {
  it("reads the tree, the counts, and the reasons at the end", () => {
    const { cases, declared } = parseLines(nodeSpecParser, fixture("node-spec.txt"));
    expect(declared).toEqual({ passed: 3, failed: 2, skipped: 2 });
    expect(outline(cases)).toEqual([
      "passed math > adds",
      "passed math > deep > nested",
      "skipped math > deep > skipped",
      "skipped math > deep > todo one",
      "passed top",
      'failed math > fails <here> & "there"',
      "failed throws",
    ]);
    expect(named(cases, 'math > fails <here> & "there"')).toMatchObject({
      durationMs: 2.833,
      message: expect.stringMatching(/^AssertionError \[ERR_ASSERTION\]: 1 == 2\n/),
      path: "a.test.mjs",
      line: 3,
    });
    expect(named(cases, "throws").message).toMatch(/^TypeError \[Error\]: boom\nsecond line/);
    expect(named(cases, "math > deep > todo one").message).toBe("later");
  });

  it("reads the form before Node 22, where a suite ends as it began", () => {
    const text =
      "▶ math\n  ✔ adds (1ms)\n  ✖ fails (2ms)\n▶ math (4.5ms)\n✔ top (1ms)\nℹ tests 3\nℹ pass 2\nℹ fail 1\n";
    expect(outline(parseLines(nodeSpecParser, text).cases)).toEqual([
      "passed math > adds",
      "passed top",
      "failed math > fails",
    ]);
  });

  it("tells a suite that failed although its tests passed", () => {
    const text = "▶ math\n  ✔ adds (1ms)\n✖ math (4.5ms)\n";
    expect(outline(parseLines(nodeSpecParser, text).cases)).toEqual(["passed math > adds", "failed math"]);
  });

  it("does not take for a reason what comes from the other stream", () => {
    const reason = "test at a.mjs:1:1\n✖ x (1ms)\n  Error: no\n";
    const { cases } = parseLines(
      nodeSpecParser,
      `✖ x (1ms)\nℹ fail 1\n\n✖ failing tests:\n\n${reason}`,
      "  a warning\n",
    );
    expect(cases).toMatchObject([{ message: "Error: no", path: "a.mjs", line: 1 }]);
  });

  it("reads two runs that follow each other", () => {
    const run =
      "✔ a (1ms)\n✖ b (2ms)\nℹ tests 2\nℹ pass 1\nℹ fail 1\n\n✖ failing tests:\n\ntest at x.mjs:1:1\n✖ b (2ms)\n  no\n\n";
    const { cases, declared } = parseLines(nodeSpecParser, run + run.replaceAll("b (2ms)", "b (3ms)"));
    expect(declared).toEqual({ passed: 2, failed: 2, skipped: 0 });
    expect(cases).toHaveLength(4);
  });

  it("says that there were none, and leaves mocha's ticks alone", () => {
    expect(parseLines(nodeSpecParser, "ℹ tests 0\nℹ pass 0\nℹ fail 0\n").declared).toEqual({
      passed: 0,
      failed: 0,
      skipped: 0,
    });
    expect(parseLines(nodeSpecParser, "    ✔ adds\n  1 passing (3ms)\n")).toMatchObject({ cases: [], declared: null });
  });
});
