import { describe, expect, it } from "vitest";
import { vitestParser } from "../../../../src/findings/tests/vitest.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

describe("vitestParser", () => {
  const stderr = fixture("vitest-stderr.txt");

  it("reads the tree of the default reporter, and reasons from the other stream", () => {
    const { cases, declared } = parseLines(vitestParser, fixture("vitest-stdout.txt"), stderr);
    expect(declared).toEqual({ passed: 2, failed: 2, skipped: 2 });
    expect(outline(cases)).toEqual([
      "passed math > adds",
      "skipped math > skipped",
      "skipped math > later",
      "failed math > fails <here>",
      "failed obj",
      "errored c.test.js",
    ]);
    expect(named(cases, "math > fails <here>")).toMatchObject({
      durationMs: 14,
      message: expect.stringMatching(/^AssertionError: expected 1 to be 2/),
      path: "a.test.js",
      line: 2,
    });
    expect(named(cases, "c.test.js")).toMatchObject({ message: expect.stringContaining("broken file"), line: 1 });
  });

  it("reads the verbose reporter", () => {
    const { cases } = parseLines(vitestParser, fixture("vitest-verbose.txt"), stderr);
    expect(outline(cases)).toContain("passed b ok");
    expect(cases).toHaveLength(7);
    expect(named(cases, "obj")).toMatchObject({ path: "a.test.js", line: 3 });
  });

  it("gives tests that fail for one reason the same text, and leaves the project out of names", () => {
    const text =
      " RUN  v3.0.0 /app\n\n FAIL  |unit| a.test.ts > x\n FAIL  |unit| a.test.ts > y\nError: same\n ❯ helper a.test.ts:7:1\n⎯⎯⎯⎯\n";
    const same = { message: expect.stringContaining("Error: same"), path: "a.test.ts", line: 7 };
    expect(parseLines(vitestParser, text).cases).toMatchObject([
      { name: "x", ...same },
      { name: "y", ...same },
    ]);
  });

  it("says that there were none, and leaves the ticks of others alone", () => {
    expect(parseLines(vitestParser, "No test files found, exiting with code 1\n").declared).toEqual({
      passed: 0,
      failed: 0,
      skipped: 0,
    });
    expect(parseLines(vitestParser, "  math\n    ✓ adds (1 ms)\n ✓ done\n FAIL src/a.test.js\n")).toMatchObject({
      cases: [],
      declared: null,
    });
  });

  it("gives a shared reason to the first tests that failed for it; all of them are told", () => {
    const text = Array.from({ length: 3000 }, (_, index) => ` FAIL  a.test.ts > ${index}\n`).join("");
    const { cases } = parseLines(vitestParser, ` RUN  v3.0.0 /app\n${text}Error: same\n`);
    expect(cases).toHaveLength(3000);
    expect(cases.filter((found) => found.message === "Error: same")).toHaveLength(20);
  });

  it("says when it sees a part of the output alone, e.g. because the rest went into a file", () => {
    const reasons = fixture("vitest-stderr.txt");
    expect(parseLines(vitestParser, reasons).problem).toContain("counts are missing");
    expect(parseLines(vitestParser, fixture("vitest-stdout.txt"), reasons).problem).toBeNull();
    expect(parseLines(vitestParser, "  ✓ adds\n").problem).toBeNull();
  });
});
