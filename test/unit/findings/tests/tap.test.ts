import { describe, expect, it } from "vitest";
import { tapParser } from "../../../../src/findings/tests/tap.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

describe("tapParser", () => {
  it("reads what node:test prints: tests, not suites, each with its place and reason", () => {
    const { cases, declared, problem } = parseLines(tapParser, fixture("node-tap.txt"));
    expect(problem).toBeNull();
    expect(declared).toEqual({ passed: 3, failed: 2, skipped: 2 });
    expect(outline(cases)).toEqual([
      "passed math > adds",
      'failed math > fails <here> & "there"',
      "passed math > deep > nested",
      "skipped math > deep > skipped",
      "skipped math > deep > todo one",
      "passed top",
      "failed throws",
    ]);
    expect(named(cases, "throws")).toMatchObject({
      message: expect.stringMatching(/^boom\nsecond line\nTestContext/),
      path: "/app/a.test.mjs",
      line: 6,
      durationMs: 0.223,
    });
  });

  it("reads vitest's braces", () => {
    const { cases } = parseLines(tapParser, fixture("vitest-tap.txt"));
    expect(outline(cases)).toEqual([
      "passed a.test.js > math > adds",
      "failed a.test.js > math > fails <here>",
      "skipped a.test.js > math > skipped",
      "skipped a.test.js > math > later",
      "failed a.test.js > obj",
      "passed b.test.js > b ok",
      "failed c.test.js",
    ]);
    expect(named(cases, "a.test.js > math > fails <here>")).toMatchObject({
      message: "expected 1 to be 2 // Object.is equality",
      path: "/app/a.test.js",
      line: 2,
    });
  });

  it("reads the plain protocol, with directives and escapes", () => {
    const text = `TAP version 13
1..6
ok 1 - first
not ok 2 second # here
ok 3 - third # SKIP no network
not ok 4 - fourth # TODO later
ok
ok 6 - issue \\# 7
`;
    const { cases } = parseLines(tapParser, text);
    expect(outline(cases)).toEqual([
      "passed first",
      "failed second",
      "skipped third",
      "skipped fourth",
      "passed test",
      "passed issue # 7",
    ]);
    expect(cases[2]?.message).toBe("no network");
  });

  it("tells a suite that failed although its tests passed", () => {
    const text = `TAP version 14
# Subtest: suite
    ok 1 - child
    1..1
not ok 1 - suite
  ---
  error: 'hook'
  ...
1..1
`;
    expect(outline(parseLines(tapParser, text).cases)).toEqual(["passed suite > child", "failed suite"]);
  });

  it("tells that planned tests are missing, and why it bailed out", () => {
    const { cases, problem } = parseLines(tapParser, "TAP version 13\n1..5\nok 1 - a\nBail out! no database\n");
    expect(problem).toBe("4 of 5 planned tests have no result");
    expect(cases.at(-1)).toMatchObject({ status: "errored", message: "Bail out! no database" });
  });

  it("says that there were none, and takes no prose for results", () => {
    expect(parseLines(tapParser, "1..0 # skip nothing here\n").declared).toEqual({ passed: 0, failed: 0, skipped: 0 });
    expect(parseLines(tapParser, "ok then\nok\n# pass 3\nnot okay\n")).toMatchObject({ cases: [], declared: null });
  });

  it("goes on after diagnostics that were cut off", () => {
    const text = "TAP version 13\nnot ok 1 - a\n  ---\n  error: 'x'\nok 2 - b\n1..2\n";
    expect(outline(parseLines(tapParser, text).cases)).toEqual(["failed a", "passed b"]);
  });
});
