import { describe, expect, it } from "vitest";
import { pytestParser } from "../../../../src/findings/tests/pytest.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

const zero = { passed: 0, failed: 0, skipped: 0 };

describe("pytestParser", () => {
  it("reads -v: each test once, with reasons from the sections", () => {
    const { cases, declared } = parseLines(pytestParser, fixture("pytest-verbose.txt"));
    expect(declared).toEqual({ passed: 3, failed: 3, skipped: 2 });
    expect(outline(cases)).toEqual([
      "passed test_a.py::test_ok",
      "skipped test_a.py::test_skip",
      "passed test_a.py::test_p[1]",
      "passed test_a.py::test_p[a b]",
      "skipped test_a.py::test_xf",
      "failed test_a.py::test_bad",
      "errored test_a.py::test_err",
      "failed test_a.py::TestK::test_m",
    ]);
    expect(named(cases, "test_a.py::test_bad")).toMatchObject({
      message: "AssertionError: nope\nassert 1 == 2",
      stdout: "printed",
      stderr: "err",
      path: "test_a.py",
      line: 6,
    });
    expect(named(cases, "test_a.py::test_err")).toMatchObject({ message: "RuntimeError: fixture", line: 10 });
    expect(named(cases, "test_a.py::test_skip").message).toBe("why not");
  });

  it("reads -q: counts of all, names of what failed", () => {
    const { cases, declared } = parseLines(pytestParser, fixture("pytest-quiet.txt"));
    expect(declared).toEqual({ passed: 3, failed: 3, skipped: 2 });
    expect(outline(cases)).toEqual([
      "failed test_a.py::test_bad",
      "failed test_a.py::TestK::test_m",
      "errored test_a.py::test_err",
    ]);
    expect(named(cases, "test_a.py::TestK::test_m")).toMatchObject({ message: "ValueError: deep", line: 17 });
  });

  it("tells a file that could not be loaded", () => {
    expect(parseLines(pytestParser, fixture("pytest-collect.txt"))).toMatchObject({
      declared: { passed: 0, failed: 1, skipped: 0 },
      cases: [
        {
          name: "test_b.py",
          status: "errored",
          message: "ModuleNotFoundError: No module named 'nothing_there'",
          path: "test_b.py",
          line: 1,
        },
      ],
    });
  });

  it("reads xdist, and the summary alone", () => {
    const text = `[gw0] [ 50%] PASSED tests/a.py::test_a
[gw1] [100%] FAILED tests/a.py::test_b
=========================== short test summary info ============================
FAILED tests/a.py::test_b - assert 1 == 2
FAILED tests/a.py::test_c[x - y] - ValueError
========================= 2 failed, 1 passed in 61.20s (0:01:01) =========================
`;
    const { cases, declared } = parseLines(pytestParser, text);
    expect(declared).toEqual({ passed: 1, failed: 2, skipped: 0 });
    expect(cases).toMatchObject([
      { name: "tests/a.py::test_a", status: "passed" },
      { name: "tests/a.py::test_b", message: "assert 1 == 2" },
      { name: "tests/a.py::test_c[x - y]", message: "ValueError" },
    ]);
  });

  it("keeps two tests of one name in two files apart", () => {
    const section = (file: string, line: number): string =>
      `___ test_x ___\n\nE   assert ${line}\n\n${file}:${line}: AssertionError\n`;
    const text = `=== FAILURES ===\n${section("b.py", 2)}${section("a.py", 1)}=== short test summary info ===\nFAILED a.py::test_x\nFAILED b.py::test_x\n2 failed in 0.1s\n`;
    expect(parseLines(pytestParser, text).cases).toMatchObject([
      { name: "a.py::test_x", line: 1, message: "assert 1" },
      { name: "b.py::test_x", line: 2, message: "assert 2" },
    ]);
  });

  it("tells reasons that no name belongs to", () => {
    const text = "=== FAILURES ===\n___ test_x ___\n\nE   assert 1\n\na.py:3: AssertionError\n";
    expect(parseLines(pytestParser, text).cases).toMatchObject([{ name: "test_x", status: "failed", line: 3 }]);
  });

  it.each([
    ["============ no tests ran in 0.01s ============", zero],
    ["8 deselected in 1.19s", zero],
    ["5 passed, 2 warnings in 0.12s", { passed: 5, failed: 0, skipped: 0 }],
    ["=== 1 passed, 1 xpassed, 1 error, 2 rerun in 3s ===", { passed: 2, failed: 1, skipped: 0 }],
  ])("counts %s", (line, counts) => {
    expect(parseLines(pytestParser, `${line}\n`).declared).toEqual(counts);
  });

  it.each(["12 files changed in 0.5s", "built in 3.2s", "=== 4 passed ===", "webpack compiled in 12 ms"])(
    "does not count %s",
    (line) => {
      expect(parseLines(pytestParser, `${line}\n`)).toMatchObject({ cases: [], declared: null });
    },
  );
});
