import { describe, expect, it } from "vitest";
import type { TestCase } from "../../../../src/findings/findings.ts";
import { JunitParser } from "../../../../src/findings/tests/junit.ts";
import { fixture, named, outline } from "../../../support/test-findings.ts";

function parse(text: string, chunk = text.length) {
  const cases: TestCase[] = [];
  const parser = new JunitParser((test) => cases.push(test));
  for (let at = 0; at < text.length; at += chunk) parser.push(text.slice(at, at + chunk));
  parser.end();
  return { cases, declared: parser.declared, problem: parser.problem };
}
const suite = (inner: string): string =>
  `<?xml version="1.0"?>\n<testsuites><testsuite name="s">\n${inner}\n</testsuite></testsuites>`;

describe("JunitParser", () => {
  it("reads pytest's report", () => {
    const { cases, problem } = parse(fixture("pytest-junit.xml"));
    expect(problem).toBeNull();
    expect(outline(cases)).toEqual([
      "passed test_a::test_ok",
      "failed test_a::test_bad",
      "skipped test_a::test_skip",
      "errored test_a::test_err",
      "passed test_a::test_p[1]",
      "passed test_a::test_p[a b]",
      "skipped test_a::test_xf",
      "failed test_a.TestK::test_m",
    ]);
    expect(named(cases, "test_a::test_bad")).toMatchObject({
      durationMs: 1,
      message: expect.stringMatching(/^AssertionError: nope\nassert 1 == 2\ndef test_bad\(\):/),
      path: "test_a.py",
      line: 6,
    });
  });

  it("reads vitest's report", () => {
    const { cases } = parse(fixture("vitest-junit.xml"));
    expect(cases).toHaveLength(7);
    expect(named(cases, "a.test.js::math > fails <here>")).toMatchObject({
      status: "failed",
      stdout: "printed",
      path: "a.test.js",
      line: 2,
    });
  });

  it("reads node:test's report, nested suites and a TODO that fails", () => {
    const { cases } = parse(fixture("node-junit.xml"));
    expect(outline(cases)).toEqual([
      "passed math::adds",
      'failed math::fails <here> & "there"',
      "passed math.deep::nested",
      "skipped math.deep::skipped",
      "skipped math.deep::todo one",
      "passed top",
      "failed throws",
    ]);
    expect(named(cases, "throws")).toMatchObject({ path: "/app/a.test.mjs", line: 6 });
  });

  it("reads the attributes and elements of the others", () => {
    const { cases } = parse(
      suite(`
      <testcase name="testOne()" classname="com.example.CalcTest" time="1,234.5"/>
      <testcase name="test_two" class="Tests\\CalcTest" file="/app/tests/CalcTest.php" line="12" time="0.25"/>
      <testcase name="ctest_three" classname="ctest_three" time="0.1" status="fail"><failure message=""/><system-out>out</system-out></testcase>
      <testcase name="ctest_off" classname="ctest_off" status="disabled"/>
      <testcase name="flaky"><flakyFailure message="once"/></testcase>
      <testcase><error type="E"><![CDATA[a < b ]]> &amp; c</error><system-err>err</system-err></testcase>`),
    );
    expect(cases).toMatchObject([
      { name: "com.example.CalcTest::testOne()", durationMs: 1_234_500 },
      { name: "Tests\\CalcTest::test_two", path: "/app/tests/CalcTest.php", line: 12, durationMs: 250 },
      { name: "ctest_three", status: "failed", message: "out", stdout: "out" },
      { status: "skipped" },
      { name: "flaky", status: "passed" },
      { name: "(no name)", status: "errored", message: "a < b  & c", stderr: "err" },
    ]);
  });

  it("reads ctest's report: what could not be run has failed, unless it says that it is to be skipped", () => {
    const { cases, problem } = parse(fixture("ctest-junit.xml"));
    expect(problem).toBeNull();
    expect(cases.map(({ name, status, message }) => [name, status, message])).toEqual([
      ["ok", "passed", null],
      ["bad", "failed", "why"],
      ["missing", "errored", "Unable to find executable"],
      ["skip", "skipped", "SKIP_RETURN_CODE=77"],
      ["dis", "skipped", null],
      ["slow", "failed", expect.stringContaining("timeout")],
      ["seg", "failed", expect.stringContaining("signal")],
      ["fixsetup", "failed", expect.stringContaining("no output")],
      ["needsfix", "errored", "Fixture dependency failed"],
    ]);
  });

  it("keeps a class of the same name when there is more to it than node's constant", () => {
    const { cases } = parse(suite('<testcase name="a" classname="test"/><testcase name="a" classname="test.deep"/>'));
    expect(outline(cases)).toEqual(["passed test::a", "passed test.deep::a"]);
  });

  it("lets failure beat error beat skipped, in any order", () => {
    const order = ["<skipped/>", '<error message="e"/>', '<failure message="f"/>'];
    for (const inner of [order, order.toReversed()])
      expect(parse(suite(`<testcase name="a">${inner.join("")}</testcase>`)).cases).toMatchObject([
        { status: "failed", message: "f" },
      ]);
    expect(parse(suite(`<testcase name="a"><skipped/><error message="e"/></testcase>`)).cases[0]?.status).toBe(
      "errored",
    );
  });

  it.each([
    ["cut off", suite('<testcase name="a"/><testcase name="b">').slice(0, 90), /^line 3: it ends in the middle/],
    ["a wrong end", suite('<testcase name="a"/></wrong>'), /^line 3: Unexpected close tag/],
    ["an unknown entity", suite('<testcase name="a"/><testcase name="&bomb;"/>'), /^line 3: Invalid character entity/],
  ])("keeps what came before the break: %s", (_, text, problem) => {
    const expected = { cases: [{ name: "a" }], declared: null, problem: expect.stringMatching(problem) };
    expect(parse(text)).toMatchObject(expected);
  });

  it("expands no entities that a document declares", () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE t [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`;
    for (const entity of ["&b;", "&x;"]) {
      const { cases, problem } = parse(
        `${bomb}<testsuite><testcase name="a"><failure>${entity}</failure></testcase></testsuite>`,
      );
      expect(cases).toEqual([]);
      expect(problem).toMatch(/Invalid character entity/);
    }
  });

  it("bounds depth, attributes and the length of what it holds", () => {
    expect(parse(`<testsuite>${"<a>".repeat(100_000)}`).problem).toMatch(/within more than/);
    const many = Array.from({ length: 1000 }, (_, index) => `a${index}="1"`).join(" ");
    expect(parse(suite(`<testcase ${many}/>`)).problem).toMatch(/more than 200 attributes/);
    expect(parse(suite(`<testcase name="${"x".repeat(5_000_000)}"/>`), 65_536).problem).toMatch(/Max buffer length/);
    const long = parse(
      suite(`<testcase name="a"><failure message="${"x".repeat(300_000)}"/></testcase><testcase name="b"/>`),
      65_536,
    );
    expect(outline(long.cases)).toEqual(["failed a", "passed b"]);
    expect(long.cases[0]?.message?.length).toBeLessThan(17_000);
    expect(parse(suite('<testcase hasOwnProperty="x" name="a"/>')).problem).not.toBeNull();
  });

  it("says that there were none, and refuses what is not JUnit", () => {
    expect(parse("<testsuites/>")).toEqual({
      cases: [],
      declared: { passed: 0, failed: 0, skipped: 0 },
      problem: null,
    });
    expect(parse("<html><body/></html>")).toMatchObject({ declared: null, problem: "line 1: <html> is not JUnit XML" });
    expect(parse("").problem).toMatch(/it is empty/);
  });

  it("stops at the end of the document", () => {
    expect(parse(`${suite('<testcase name="a"/>')}\nnpm notice <new version>`)).toMatchObject({ problem: null });
  });
});
