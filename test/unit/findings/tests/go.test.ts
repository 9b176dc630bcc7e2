import { describe, expect, it } from "vitest";
import { goParser } from "../../../../src/findings/tests/go.ts";
import { goJsonParser } from "../../../../src/findings/tests/go-json.ts";
import { named, outline, parseLines } from "../../../support/test-findings.ts";

const verbose = `=== RUN   TestAdd
--- PASS: TestAdd (0.00s)
=== RUN   TestTable
=== RUN   TestTable/one
=== RUN   TestTable/two
printed by the test
    calc_test.go:21: got 3
        want 4
--- FAIL: TestTable (0.01s)
    --- PASS: TestTable/one (0.00s)
    --- FAIL: TestTable/two (0.01s)
=== RUN   TestLater
    calc_test.go:30: not yet
--- SKIP: TestLater (0.00s)
FAIL
FAIL\texample.com/app/calc\t0.012s
ok  \texample.com/app/quiet\t0.003s
?   \texample.com/app/cmd\t[no test files]
FAIL
`;

describe("goParser", () => {
  it("reads -v, with subtests and their logs", () => {
    const { cases } = parseLines(goParser, verbose);
    expect(outline(cases)).toEqual([
      "passed TestAdd",
      "failed TestTable",
      "passed TestTable/one",
      "failed TestTable/two",
      "skipped TestLater",
      "passed example.com/app/quiet",
    ]);
    expect(named(cases, "TestTable/two")).toMatchObject({
      durationMs: 10,
      message: "calc_test.go:21: got 3\n    want 4",
      stdout: "printed by the test",
      path: "calc_test.go",
      line: 21,
    });
    expect(named(cases, "TestLater").message).toContain("not yet");
  });

  it("reads the plain form, where the log follows the result", () => {
    const text = "--- FAIL: TestX (0.00s)\n    x_test.go:9: boom\nFAIL\nFAIL\texample.com/x\t0.002s\nFAIL\n";
    expect(parseLines(goParser, text).cases).toMatchObject([
      { name: "TestX", message: "x_test.go:9: boom", path: "x_test.go", line: 9 },
    ]);
  });

  it("tells a package that did not compile", () => {
    const text =
      "# example.com/x [example.com/x.test]\n./x_test.go:5:2: undefined: y\nFAIL\texample.com/x [build failed]\nFAIL\n";
    expect(parseLines(goParser, text).cases).toMatchObject([
      { name: "example.com/x", status: "errored", message: expect.stringContaining("undefined: y") },
    ]);
    expect(parseLines(goParser, "FAIL\texample.com/x [build failed]\n").cases).toMatchObject([
      { status: "errored", message: "build failed" },
    ]);
  });

  it("tells a panic with the test in which it happened, or with the package", () => {
    const inTest =
      "--- FAIL: TestP (0.00s)\npanic: boom [recovered]\n\tpanic: boom\n\ngoroutine 7 [running]:\nFAIL\tx\t0.1s\n";
    expect(parseLines(goParser, inTest).cases).toMatchObject([
      { name: "TestP", status: "failed", message: expect.stringMatching(/^panic: boom[\s\S]*goroutine 7/) },
    ]);
    const outside = "panic: test timed out after 1s\nrunning tests:\n\tTestSlow (1s)\n\nFAIL\tx\t1.0s\n";
    expect(parseLines(goParser, outside).cases).toMatchObject([
      { name: "x", status: "errored", message: expect.stringContaining("TestSlow") },
    ]);
  });

  it("says that there were none", () => {
    const none = { cases: [], declared: { passed: 0, failed: 0, skipped: 0 } };
    expect(parseLines(goParser, "?   \tx\t[no test files]\n")).toMatchObject(none);
    expect(parseLines(goParser, "ok  \tx\t0.1s [no tests to run]\n")).toMatchObject(none);
    expect(parseLines(goParser, "go: cannot find main module\n").declared).toBeNull();
  });
});

describe("goJsonParser", () => {
  const event = (fields: Record<string, unknown>): string =>
    `${JSON.stringify({ Time: "2026-01-01T00:00:00Z", ...fields })}\n`;
  const of = (test: string, action: string, more: Record<string, unknown> = {}): string =>
    event({ Action: action, Package: "example.com/x", Test: test, ...more });

  it("gathers the output of each test, also of those that run at once", () => {
    const text = [
      event({ Action: "start", Package: "example.com/x" }),
      of("TestA", "run"),
      of("TestA", "output", { Output: "=== RUN   TestA\n" }),
      of("TestB", "output", { Output: "    x_test.go:3: from b\n" }),
      of("TestA", "output", { Output: "    x_test.go:7: from a\n" }),
      of("TestA", "output", { Output: "--- FAIL: TestA (0.02s)\n" }),
      of("TestA", "fail", { Elapsed: 0.02 }),
      of("TestB", "pass", { Elapsed: 0 }),
      of("TestC", "skip", { Elapsed: 0 }),
      event({ Action: "fail", Package: "example.com/x", Elapsed: 0.1 }),
    ].join("");
    const { cases, declared } = parseLines(goJsonParser, text);
    expect(declared).not.toBeNull();
    expect(outline(cases)).toEqual([
      "failed example.com/x::TestA",
      "passed example.com/x::TestB",
      "skipped example.com/x::TestC",
    ]);
    expect(cases[0]).toMatchObject({ durationMs: 20, message: "x_test.go:7: from a", path: "x_test.go", line: 7 });
  });

  it("tells a package that failed by itself, with the compiler's words", () => {
    const text = [
      event({
        ImportPath: "example.com/x [example.com/x.test]",
        Action: "build-output",
        Output: "x.go:1:1: undefined: y\n",
      }),
      event({ ImportPath: "example.com/x [example.com/x.test]", Action: "build-fail" }),
      event({ Action: "output", Package: "example.com/x", Output: "FAIL\texample.com/x [build failed]\n" }),
      event({
        Action: "fail",
        Package: "example.com/x",
        Elapsed: 0,
        FailedBuild: "example.com/x [example.com/x.test]",
      }),
    ].join("");
    expect(parseLines(goJsonParser, text).cases).toMatchObject([
      { name: "example.com/x", status: "errored", message: "x.go:1:1: undefined: y" },
    ]);
  });

  it("passes over what is no event, and says that there were none", () => {
    const text = `{"Action":"broken\nwarning: x\n${event({ Action: "skip", Package: "x", Elapsed: 0 })}`;
    expect(parseLines(goJsonParser, text)).toMatchObject({ cases: [], declared: { passed: 0, failed: 0, skipped: 0 } });
    expect(parseLines(goJsonParser, '{"Action":"broken\n').declared).toBeNull();
  });
});
