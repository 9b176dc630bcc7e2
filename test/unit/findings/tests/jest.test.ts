import { describe, expect, it } from "vitest";
import type { TestCase } from "../../../../src/findings/findings.ts";
import { jestParser } from "../../../../src/findings/tests/jest.ts";
import { JestJsonParser } from "../../../../src/findings/tests/jest-json.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

const verbose = `FAIL src/a.test.js (5.2 s)
  math
    ✓ adds (2 ms)
    ✕ fails (3 ms)
    ○ skipped later
    deep
      ✎ todo some day
  ✓ top

  ● math › fails

    expect(received).toBe(expected) // Object.is equality

    Expected: 2
    Received: 1

      1 | describe("math", () => {
    > 3 |   expect(1).toBe(2);

      at Object.<anonymous> (src/a.test.js:3:13)

FAIL src/b.test.js
  ● Test suite failed to run

    SyntaxError: unexpected token

PASS src/c.test.js

Summary of all failing tests
FAIL src/a.test.js
  ● math › fails

    expect(received).toBe(expected)

Test Suites: 2 failed, 1 passed, 3 total
Tests:       1 failed, 1 skipped, 1 todo, 3 passed, 6 total
Snapshots:   0 total
Time:        1.2 s
`;

describe("jestParser", () => {
  const { cases, declared } = parseLines(jestParser, verbose);

  it("reads the tree of --verbose and the counts", () => {
    expect(declared).toEqual({ passed: 3, failed: 1, skipped: 2 });
    expect(outline(cases)).toEqual([
      "passed math > adds",
      "skipped math > later",
      "skipped math > deep > some day",
      "passed top",
      "failed math > fails",
      "errored src/b.test.js",
    ]);
  });

  it("tells why and where", () => {
    expect(named(cases, "math > fails")).toMatchObject({
      durationMs: 3,
      message: expect.stringMatching(
        /^expect\(received\)\.toBe\(expected\) \/\/ Object[\s\S]*src\/a\.test\.js:3:13\)$/,
      ),
      path: "src/a.test.js",
      line: 3,
    });
    expect(named(cases, "src/b.test.js").message).toBe("SyntaxError: unexpected token");
  });

  it("reads the plain form: what failed, and counts", () => {
    const text = "FAIL src/a.test.js\n  ● top\n\n    no\n\nTests:       1 failed, 2 passed, 3 total\n";
    expect(parseLines(jestParser, text)).toMatchObject({
      cases: [{ name: "top", status: "failed", message: "no" }],
      declared: { passed: 2, failed: 1, skipped: 0 },
    });
  });

  it("says that there were none", () => {
    expect(parseLines(jestParser, "No tests found, exiting with code 1\n").declared).not.toBeNull();
    expect(parseLines(jestParser, "  ● bullet\n  text\n")).toMatchObject({ cases: [], declared: null });
  });
});

function parseJson(text: string, chunkBytes = 1 << 20) {
  const found: TestCase[] = [];
  const parser = new JestJsonParser((test) => found.push(test));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) parser.push(bytes.subarray(at, at + chunkBytes));
  parser.end();
  return { cases: found, declared: parser.declared, problem: parser.problem };
}

describe("test suites that could not be run", () => {
  const counts = "Test Suites: 1 failed, 1 total\nTests:       0 total\nSnapshots:   0 total\n";
  const reason = "● Test suite failed to run\n\n  Cannot find module 'x'\n\n";

  it.each([
    ["with its file", `FAIL ./a.test.js\n  ${reason}${counts}`, "errored ./a.test.js"],
    ["without one", `${reason}${counts}`, "errored a test suite"],
    ["only counted", counts, "errored a test suite"],
  ])("are failures, not an absence of tests: %s", (_, text, expected) => {
    const { cases } = parseLines(jestParser, text);
    expect(outline(cases)).toEqual([expected]);
    expect(cases[0]?.message).toMatch(/Cannot find module 'x'|failed to run/);
  });
});

describe("JestJsonParser", () => {
  it("reads vitest's report, whatever the chunks", () => {
    const whole = parseJson(fixture("vitest-json.txt"));
    expect(parseJson(fixture("vitest-json.txt"), 1)).toEqual(whole);
    expect(whole.declared).toEqual({ passed: 2, failed: 2, skipped: 2 });
    expect(outline(whole.cases)).toEqual([
      "passed math > adds",
      "failed math > fails <here>",
      "skipped math > skipped",
      "skipped math > later",
      "failed obj",
      "passed b ok",
      "errored /app/c.test.js",
    ]);
    expect(named(whole.cases, "obj")).toMatchObject({
      message: expect.stringMatching(/^AssertionError/),
      path: "/app/a.test.js",
      line: 3,
    });
    expect(named(whole.cases, "/app/c.test.js").message).toBe("broken file");
  });

  const file = (title: string) => ({
    assertionResults: [{ ancestorTitles: [], title, status: "passed" }],
    name: "a.js",
  });

  it("is not confused by brackets, quotes and keys within strings", () => {
    const nasty = '}]"\\ "testResults":[{';
    const text = JSON.stringify(
      { note: nasty, [nasty]: { testResults: [file("no")] }, numPassedTests: 1, testResults: [file(nasty)] },
      null,
      2,
    );
    expect(parseJson(text, 3)).toMatchObject({ cases: [{ name: nasty }], declared: { passed: 1 }, problem: null });
  });

  it("keeps what came before a break, and says where it is", () => {
    const text = JSON.stringify({ testResults: [file("one"), file("two")] }, null, 1);
    const cut = text.slice(0, text.indexOf("two"));
    expect(parseJson(cut)).toMatchObject({
      cases: [{ name: "one" }],
      problem: expect.stringMatching(/^line \d+: the report ends/),
    });
    const broken = text.replace('"two"', "two");
    expect(parseJson(broken)).toMatchObject({ cases: [{ name: "one" }], problem: "line 13: broken JSON" });
  });

  it("reads a bounded number of tests of a test file, and says so", () => {
    const cases: TestCase[] = [];
    const parser = new JestJsonParser((found) => cases.push(found));
    parser.push(Buffer.from(`{"testResults":[{"name":"a.js","assertionResults":[${"{},".repeat(30_000)}{}]}]}`));
    parser.end();
    expect(cases).toHaveLength(20_000);
    expect(parser.problem).toBe("line 1: only 20000 tests of a test file are read");
  });

  it("passes over a test file whose results do not fit into memory", () => {
    const text = JSON.stringify({ testResults: [file("x".repeat(3 << 20)), file("two")] });
    expect(parseJson(text, 65_536)).toMatchObject({
      cases: [{ name: "two" }],
      problem: expect.stringContaining("over 2 MiB"),
    });
  });
});
