import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestFormat } from "../../../src/findings/findings.ts";
import { readTests } from "../../../src/findings/read-tests.ts";
import { readTestCases } from "../../../src/findings/test-cases.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { findTests, fixture, outline } from "../../support/test-findings.ts";

const junit = (inner: string): string => `<testsuite>\n${inner}\n</testsuite>\n`;
const nothing = { format: null, summary: null, failures: [], complete: true, problem: null };

describe("what is read", () => {
  it.each([
    ["libtest", "cargo-stdout.txt", "cargo-stderr.txt", { passed: 4, failed: 5, skipped: 1 }],
    ["node", "node-spec.txt", null, { passed: 3, failed: 2, skipped: 2 }],
    ["tap", "node-tap.txt", null, { passed: 3, failed: 2, skipped: 2 }],
    ["junit", "node-junit.xml", null, { passed: 3, failed: 2, skipped: 2 }],
    ["vitest", "vitest-stdout.txt", "vitest-stderr.txt", { passed: 2, failed: 3, skipped: 2 }],
    ["tap", "vitest-tap.txt", null, { passed: 2, failed: 3, skipped: 2 }],
    ["jest", "vitest-json.txt", null, { passed: 2, failed: 3, skipped: 2 }],
    ["pytest", "pytest-verbose.txt", null, { passed: 3, failed: 3, skipped: 2 }],
    ["pytest", "pytest-quiet.txt", null, { passed: 3, failed: 3, skipped: 2 }],
    ["junit", "pytest-junit.xml", null, { passed: 3, failed: 3, skipped: 2 }],
  ])("detects %s in %s", async (format, stdout, stderr, summary) => {
    const given = stderr === null ? {} : { stderr: fixture(stderr) };
    const { findings } = await findTests({ stdout: fixture(stdout), ...given });
    expect(findings).toMatchObject({ kind: "tests", format, summary, complete: true, problem: null });
    expect(findings.failures).toHaveLength(summary.failed);
  });

  it.each([
    ["node", "node-subtests-spec.txt"],
    ["tap", "node-subtests-tap.txt"],
    ["junit", "node-subtests-junit.xml"],
  ])("gives the same tests the same numbers in %s: one with subtests counts through them", async (format, stdout) => {
    const { findings } = await findTests({ stdout: fixture(stdout) });
    expect(findings).toMatchObject({ format, summary: { passed: 3, failed: 2, skipped: 0 }, problem: null });
    expect(outline(findings.failures).map((line) => line.replace(/::| > /g, " "))).toEqual([
      "failed bad",
      "failed outer inner",
    ]);
  });

  it("believes the runner when it counted more than it named", async () => {
    const counts = "ℹ tests 9\nℹ suites 0\nℹ pass 6\nℹ fail 3\n";
    const { findings } = await findTests({ stdout: `✔ a (1ms)\n✖ b (1ms)\n${counts}` });
    expect(findings.summary).toEqual({ passed: 6, failed: 3, skipped: 0 });
  });

  it("finds a report behind what npm prints first", async () => {
    const { findings } = await findTests({ stdout: `\n> app@1.0.0 test\n> runner\n\n${fixture("vitest-json.txt")}` });
    const found = { format: "jest", summary: { passed: 2, failed: 3, skipped: 2 }, problem: null };
    expect(findings).toMatchObject(found);
    const indented = JSON.stringify(JSON.parse(fixture("vitest-json.txt")), null, 2);
    expect((await findTests({ stdout: `> npm test\n${indented}\nnpm notice\n` })).findings).toMatchObject(found);
  });

  it("guesses nothing from tests that were announced and never ended", async () => {
    const { findings } = await findTests({ stdout: "running 2 tests\n" });
    expect(findings).toMatchObject({ summary: null, problem: "2 of 2 tests without a result" });
  });

  it("takes the report rather than the output", async () => {
    const { findings } = await findTests({
      report: junit('<testcase name="a"/>'),
      stdout: fixture("cargo-stdout.txt"),
    });
    expect(findings).toMatchObject({ format: "junit", summary: { passed: 1, failed: 0, skipped: 0 } });
  });

  it("takes a JSON report, and Go's events in a file", async () => {
    expect((await findTests({ report: fixture("vitest-json.txt") })).findings.format).toBe("jest");
    const events = '{"Action":"pass","Package":"x","Test":"A","Elapsed":0}\n';
    expect((await findTests({ report: events })).findings).toMatchObject({ format: "go_json", summary: { passed: 1 } });
  });

  it("keeps what a broken report tells", async () => {
    const { findings } = await findTests({ report: '<testsuite>\n<testcase name="a"/>\n<testcase <' });
    expect(findings).toMatchObject({ summary: { passed: 1, failed: 0, skipped: 0 }, complete: true });
    expect(findings.problem).toMatch(/^report: line 3: /);
  });

  it.each([
    ["says nothing", "<html>not found</html>"],
    ["is empty", ""],
    ["is prose", "no report"],
  ])("falls back to the output when the report %s", async (_, report) => {
    const { findings } = await findTests({ report, stdout: fixture("pytest-quiet.txt") });
    expect(findings).toMatchObject({ format: "pytest", summary: { passed: 3 } });
    expect(findings.problem).toMatch(/^report: /);
  });

  const cutReport = '<testsuites>\n<testcase name="one"/>\n<testcase name="bad"><fail';

  it.each([
    ["nothing", "<testsuites>\n<testsuite", { format: "node", summary: { passed: 1, failed: 1, skipped: 0 } }],
    ["less than was printed", cutReport, { format: "node", summary: { passed: 1, failed: 1, skipped: 0 } }],
  ])("takes what was printed when the report was cut off and tells %s", async (_, report, expected) => {
    const { findings, all } = await findTests({ report, stdout: "✔ one (1ms)\n✖ bad (2ms)\n" });
    expect(findings).toMatchObject({ ...expected, problem: expect.stringMatching(/^report: line \d: /) });
    expect(outline(all)).toEqual(["passed one", "failed bad"]);
  });

  it("takes the report that was cut off when it tells as much as was printed", async () => {
    const { findings } = await findTests({ report: cutReport, stdout: "✔ one (1ms)\n" });
    expect(findings).toMatchObject({ format: "junit", summary: { passed: 1, failed: 0, skipped: 0 } });
  });

  it.each([
    ["a wrong end", '<testsuite><testcase name="a"><failure>x</testcase></testsuite>\n'],
    ["an entity of its own", '<!DOCTYPE t [<!ENTITY b "x">]>\n<testsuite><testcase name="&b;"/></testsuite>\n'],
    ["an end in the middle", '{"numTotalTests":0,"numPassedTests":0,"testResults":[{'],
  ])("never claims that there were no tests from a document with %s", async (_, document) => {
    const told = { summary: null, failures: [], problem: expect.stringMatching(/: line \d+: /) };
    expect((await findTests({ stdout: document })).findings).toMatchObject(told);
    expect((await findTests({ report: document })).findings).toMatchObject(told);
  });

  it("prefers the format that was named, and looks for others when it finds nothing", async () => {
    const both = `${fixture("cargo-stdout.txt")}\nTAP version 13\nok 1 - a\n1..1\n`;
    const formatOf = async (format: TestFormat | "auto") => (await findTests({ stdout: both, format })).findings.format;
    expect(await formatOf("auto")).toBe("libtest");
    expect(await formatOf("tap")).toBe("tap");
    expect(await formatOf("pytest")).toBe("libtest");
  });

  it("tells none from nothing", async () => {
    const none = await findTests({ stdout: "running 0 tests\n" });
    expect(none.findings).toMatchObject({
      format: "libtest",
      summary: { passed: 0, failed: 0, skipped: 0 },
      failures: [],
    });
    expect((await findTests({ stdout: "make: Nothing to be done for 'test'.\n" })).findings).toMatchObject(nothing);
    expect((await findTests({})).findings).toMatchObject(nothing);
  });
});

describe("what is bounded", () => {
  const fail = (index: number): string =>
    `<testcase name="t${index}"><failure>${"é😀".repeat(3000)}</failure></testcase>`;

  it("has the first 20 failures, cut; the file has all of them", async () => {
    const cases = Array.from({ length: 50 }, (_, index) => fail(index)).join("\n");
    const { findings, all } = await findTests({ report: junit(cases) });
    expect(findings.summary).toEqual({ passed: 0, failed: 50, skipped: 0 });
    expect(outline(findings.failures)).toEqual(Array.from({ length: 20 }, (_, index) => `failed t${index}`));
    expect(findings.failures[0]?.message?.length).toBeLessThan(2200);
    expect(findings.failures[0]?.message?.isWellFormed()).toBe(true);
    expect(all).toHaveLength(50);
    expect(all[0]?.message).toBe("é😀".repeat(3000));
  });

  it("removes what acts on a terminal", async () => {
    const { findings } = await findTests({
      report: junit('<testcase name="a"><failure>\x1b[31mred\x1b[0m\x07\u009b1m</failure></testcase>'),
    });
    expect(findings.failures[0]?.message).toBe("red");
  });

  it("gives up at the deadline with what it has", async () => {
    const clock = fakeClock();
    const monotonic = (): number => {
      clock.advance(1000);
      return clock.monotonic();
    };
    const slow = { ...clock, monotonic };
    const stdout = `running 9 tests\n${"test a ... ok\n".repeat(100_000)}`;
    const { findings } = await findTests({ stdout, options: { clock: slow, deadlineMs: 10_000 } });
    expect(findings).toMatchObject({ format: "libtest", complete: false, problem: "given up after 10 s" });
    expect(findings.summary?.passed).toBeGreaterThan(0);
    expect(findings.summary?.passed).toBeLessThan(100_000);
  });
});

describe("the file of all tests", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "longhand-tests-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const read = (stdout: string, folder = directory) =>
    readTests({
      inspection: { kind: "tests", format: "auto", reportPath: null },
      stdout,
      stderr: null,
      directory: folder,
    });
  const output = (text: string): string => {
    writeFileSync(join(directory, "stdout.txt"), text);
    return join(directory, "stdout.txt");
  };

  it("is private and alone: nothing of other candidates is left", async () => {
    const large = `running 1 test\n${"test some_module::some_test_name ... ok\nok 1 - tap\n".repeat(3000)}`;
    expect((await read(output(large))).format).toBe("libtest");
    expect(readdirSync(directory).toSorted()).toEqual(["stdout.txt", "tests.jsonl"]);
    expect(statSync(join(directory, "tests.jsonl")).mode & 0o777).toBe(0o600);
  });

  it("is not there when nothing was understood", async () => {
    await read(output("hello\n"));
    expect(readdirSync(directory)).toEqual(["stdout.txt"]);
  });

  it("replaces one of an earlier reading, and never writes through a link", async () => {
    const victim = join(directory, "victim");
    writeFileSync(victim, "precious");
    symlinkSync(victim, join(directory, "tests.jsonl"));
    symlinkSync(victim, join(directory, "tests.libtest.jsonl"));
    expect((await read(output("running 1 test\ntest a ... ok\n"))).problem).toBeNull();
    expect(statSync(victim).size).toBe("precious".length);
    expect((await read(output("running 1 test\ntest a ... ok\n"))).problem).toBeNull();
  });

  it("says when it cannot be written; the counts are there all the same", async () => {
    const findings = await read(output("running 1 test\ntest a ... ok\n"), join(directory, "missing"));
    expect(findings).toMatchObject({
      summary: { passed: 1 },
      complete: false,
      problem: "cannot write tests.jsonl: ENOENT",
    });
  });

  it("never rejects: an output that is gone, a folder, a link as report", async () => {
    expect(await read(join(directory, "none"))).toMatchObject({
      summary: null,
      complete: false,
      problem: expect.stringContaining("ENOENT"),
    });
    expect(await read(directory)).toMatchObject({ summary: null, complete: false });
    symlinkSync(output(junit('<testcase name="a"/>')), join(directory, "link"));
    const inspection = { kind: "tests", format: "auto", reportPath: join(directory, "link") } as const;
    const findings = await readTests({ inspection, stdout: null, stderr: null, directory });
    expect(findings).toMatchObject({ summary: null, problem: expect.stringContaining("ELOOP") });
  });

  it("passes over a report of an earlier run, and says so", async () => {
    writeFileSync(join(directory, "r.xml"), junit('<testcase name="a"/>'));
    const inspection = { kind: "tests", format: "auto", reportPath: join(directory, "r.xml") } as const;
    const readSince = (startedAt: number) =>
      readTests({ inspection, stdout: null, stderr: null, directory, startedAt });
    expect(await readSince(Date.now() - 60_000)).toMatchObject({ summary: { passed: 1 }, problem: null });
    expect(await readSince(Date.now() + 60_000)).toMatchObject({
      summary: null,
      problem: "r.xml: older than this run",
    });
  });

  it("says that the output was cut, unless a whole report tells everything", async () => {
    const printed = output("ok 1 - a\n1..1\n");
    const cut = (reportPath: string | null) =>
      readTests({
        inspection: { kind: "tests", format: "auto", reportPath },
        stdout: printed,
        stderr: null,
        outputCut: "cut at its limit",
        directory,
      });
    expect(await cut(null)).toMatchObject({ summary: { passed: 1 }, complete: false, problem: "cut at its limit" });
    writeFileSync(join(directory, "r.xml"), junit('<testcase name="a"/>'));
    expect(await cut(join(directory, "r.xml"))).toMatchObject({ complete: true, problem: null });
  });

  it("keeps a broken report and a report in the output apart", async () => {
    const cases = (count: number) => '<testcase name="some test with a name"/>\n'.repeat(count);
    writeFileSync(join(directory, "r.xml"), `<testsuite>${cases(3000)}<testcase`);
    const inspection = { kind: "tests", format: "auto", reportPath: join(directory, "r.xml") } as const;
    const findings = await readTests({ inspection, stdout: output(junit(cases(4000))), stderr: null, directory });
    expect(findings).toMatchObject({ summary: { passed: 4000 }, complete: true });
    const page = await readTestCases(directory, { includePassing: true, offset: 0, limit: 1 });
    expect(page.total).toBe(4000);
    expect(readdirSync(directory).toSorted()).toEqual(["r.xml", "stdout.txt", "tests.jsonl"]);
  });

  it("passes over a report that was not written", async () => {
    const inspection = { kind: "tests", format: "junit", reportPath: join(directory, "none.xml") } as const;
    const findings = await readTests({ inspection, stdout: output("running 0 tests\n"), stderr: null, directory });
    expect(findings).toMatchObject({ format: "libtest", problem: null, complete: true });
    expect(existsSync(join(directory, "none.xml"))).toBe(false);
  });
});
