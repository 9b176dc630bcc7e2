import { describe, expect, it } from "vitest";
import { libtestParser } from "../../../../src/findings/tests/libtest.ts";
import { fixture, named, outline, parseLines } from "../../../support/test-findings.ts";

describe("libtestParser", () => {
  const { cases, declared } = parseLines(libtestParser, fixture("cargo-stdout.txt"), fixture("cargo-stderr.txt"));

  it("reads unit, integration and doc tests of one output", () => {
    expect(declared).toEqual({ passed: 4, failed: 5, skipped: 1 });
    expect(outline(cases)).toEqual([
      "passed tests::good",
      "skipped tests::ign",
      "passed tests::panics",
      "failed tests::not_panics",
      "failed tests::bad",
      "failed tests::res",
      "passed integ",
      "failed integ_bad",
      "passed src/lib.rs - add (line 1)",
      "failed src/lib.rs - add (line 5)",
    ]);
  });

  it("tells why and where from the sections", () => {
    expect(named(cases, "tests::bad")).toMatchObject({
      message: expect.stringMatching(/^thread 'tests::bad'.*\nassertion `left == right` failed: sum\n {2}left: 3\n/),
      stdout: "printed\nto err",
      path: "src/lib.rs",
      line: 12,
    });
    expect(named(cases, "tests::bad").message).not.toContain("backtrace");
    expect(named(cases, "tests::res").message).toBe('Error: "bad result"');
    expect(named(cases, "tests::not_panics").message).toContain("did not panic as expected");
    expect(named(cases, "tests::ign").message).toBe("slow");
    expect(named(cases, "src/lib.rs - add (line 5)")).toMatchObject({ path: "src/lib.rs", line: 5 });
  });

  const died = "no result: it ended in the middle of this test";
  it.each([
    [
      "a process that aborted",
      "running 3 tests\ntest a ... ok\ntest b ... ignored\n",
      "",
      ["passed a", "skipped b"],
      "1 of 3",
    ],
    ["one that printed the name", "running 3 tests\ntest a ... ", "", ["errored a"], "2 of 3"],
    ["the quiet form", "running 5 tests\n.i\na --- FAILED\n", "", ["failed a"], "2 of 5"],
    [
      "a stack overflow",
      "running 1 test\n",
      "\nthread 'a' (30162) has overflowed its stack\nfatal runtime error: x\n",
      ["errored a"],
      null,
    ],
    [
      "an older one, alone",
      "running 2 tests\ntest a ... ",
      "thread 'a' has overflowed its stack\n",
      ["errored a"],
      "1 of 2",
    ],
    [
      "one that takes long",
      "running 2 tests\ntest a has been running for over 60 seconds\ntest b ... ok\n",
      "",
      ["passed b", "errored a"],
      null,
    ],
    [
      "one that took long",
      "running 2 tests\ntest a has been running for over 60 seconds\ntest a ... ok\n",
      "",
      ["passed a"],
      "1 of 2",
    ],
    [
      "two binaries",
      `running 2 tests\nrunning 2 tests\ntest a ... ok\ntest b ... ok\n\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured\n`,
      "",
      ["passed a", "passed b"],
      "2 of 2",
    ],
  ])("says how many have no result: %s", (_, stdout, stderr, expected, missing) => {
    const { cases: found, problem } = parseLines(libtestParser, stdout, stderr);
    expect(outline(found)).toEqual(expected);
    expect(problem).toBe(missing === null ? null : `${missing} tests without a result`);
    for (const { message } of found.filter(({ status }) => status === "errored"))
      expect(message).toMatch(/^no result: /);
    if (stdout.endsWith("... ")) expect(found[0]?.message).toBe(died);
  });

  it("reads the quiet form: only what failed has a name", () => {
    const quiet = parseLines(libtestParser, fixture("cargo-quiet.txt"));
    expect(quiet.declared).toEqual({ passed: 4, failed: 5, skipped: 1 });
    expect(outline(quiet.cases)).toContain("failed tests::bad");
    expect(quiet.cases).toHaveLength(5);
  });

  it("knows a result that comes after the test's own output", () => {
    const text = "running 2 tests\ntest a ... hello\nmore\nFAILED\ntest b ... ok\n";
    expect(outline(parseLines(libtestParser, text).cases)).toEqual(["passed b", "failed a"]);
  });

  it("counts a test as errored when the process ended within it", () => {
    expect(outline(parseLines(libtestParser, "running 2 tests\ntest a ... ok\ntest b ... ").cases)).toEqual([
      "passed a",
      "errored b",
    ]);
  });

  it("does not take for results what a failing test printed", () => {
    const text = "running 1 test\ntest a ... FAILED\n\nfailures:\n\n---- a stdout ----\ntest inner ... ok\n\n";
    const { cases: found } = parseLines(libtestParser, `${text}failures:\n    a\n`);
    expect(outline(found)).toEqual(["failed a"]);
    expect(found[0]?.stdout).toBe("test inner ... ok");
  });

  it("reads the old form of a panic, and how long a test took", () => {
    const old = "thread 'a' panicked at 'boom', src/x.rs:3:5";
    const text = `running 1 test\ntest a ... FAILED <0.120s>\n\nfailures:\n\n---- a stdout ----\n${old}\n`;
    expect(parseLines(libtestParser, text).cases).toMatchObject([
      { name: "a", durationMs: 120, message: old, path: "src/x.rs", line: 3 },
    ]);
  });

  it("says that there were none", () => {
    const text = "\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
    expect(parseLines(libtestParser, text)).toMatchObject({
      cases: [],
      declared: { passed: 0, failed: 0, skipped: 0 },
    });
    expect(parseLines(libtestParser, "error[E0308]: mismatched types\n").declared).toBeNull();
  });
});
