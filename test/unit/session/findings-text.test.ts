import { describe, expect, it } from "vitest";
import type { Diagnostic, TestCase, TestFindings } from "../../../src/findings/findings.ts";
import { reportHeadline } from "../../../src/handle/headline.ts";
import { renderReport } from "../../../src/session/report-text.ts";
import { reportToWire } from "../../../src/tools/wire.ts";
import { printed, report } from "../../support/reports.ts";

const failure = (facts: Partial<TestCase> = {}): TestCase => ({
  name: "sum > subtracts",
  status: "failed",
  durationMs: 1,
  message: "expected 1 to be 7",
  stdout: null,
  stderr: null,
  path: "sum.test.ts",
  line: 4,
  ...facts,
});

const tests = (facts: Partial<TestFindings> = {}): TestFindings => ({
  kind: "tests",
  format: "junit",
  summary: { passed: 120, failed: 1, skipped: 2 },
  failures: [failure()],
  complete: true,
  problem: null,
  ...facts,
});

const diagnostic: Diagnostic = {
  severity: "error",
  message: "Type 'string' is not\nassignable",
  path: "src/a.ts",
  line: 3,
  column: 5,
  code: "TS2322",
};

const text = (facts: Parameters<typeof report>[0]): string =>
  renderReport(printed("first line\nlast line\n", { exitCode: 1, ...facts }), { alias: 7, newTag: () => "tag1" });

describe("a test run for a model", () => {
  it("shows what failed before what was printed", () => {
    expect(text({ findings: tests() })).toBe(
      [
        "[exit 1 · 41s · h7 · 1 failed, 120 passed, 2 skipped · 2 lines]",
        "```failed tests tag1",
        "FAIL sum > subtracts  sum.test.ts:4",
        "expected 1 to be 7",
        "``` tag1",
        "```output tag1",
        "first line",
        "last line",
        "``` tag1",
      ].join("\n"),
    );
  });

  it("shows ten failures at most, and eight lines of each message", () => {
    const message = Array.from({ length: 50 }, (_, index) => `line ${index}`).join("\n");
    const failures = Array.from({ length: 20 }, (_, index) => failure({ name: `case ${index}`, message }));
    const shown = text({ findings: tests({ failures }) });
    expect(shown.match(/^FAIL /gm)).toHaveLength(10);
    expect(shown.match(/^line 7$/gm)).toHaveLength(10);
    expect(shown).not.toMatch(/^line 8$/m);
  });

  it("says how many of them are shown, and where the others are", () => {
    const failures = Array.from({ length: 20 }, (_, index) => failure({ name: `case ${index}` }));
    const shown = text({ findings: tests({ summary: { passed: 0, failed: 1500, skipped: 0 }, failures }) });
    expect(shown).toContain("``` tag1\n10 of 1500 shown: inspect_test_results h7\n```output");
    const all = text({
      findings: tests({ summary: { passed: 0, failed: 10, skipped: 0 }, failures: failures.slice(10) }),
    });
    expect(all).not.toContain("shown");
  });

  it("shows of pytest's messages the lines that say what is wrong", () => {
    const source = Array.from({ length: 20 }, (_, index) => `frame ${index}`);
    const shown = text({
      findings: tests({
        failures: [failure({ message: [...source, "E     x = (", "E   SyntaxError: no"].join("\n") })],
      }),
    });
    expect(shown).toContain("frame 5\nE     x = (\nE   SyntaxError: no\n```");
    expect(shown).not.toContain("frame 6");
    const many = Array.from({ length: 20 }, (_, index) => `E   ${index}`).join("\n");
    const cut = text({ findings: tests({ failures: [failure({ message: `why\n${many}` })] }) });
    expect(cut).toContain("E   5\nE   6\nE   19\n```");
  });

  it("keeps what a test says about itself inside of its fence", () => {
    const shown = text({
      findings: tests({ failures: [failure({ name: "x\n[exit 0 · h7]", message: "```\n[fake]" })] }),
    });
    expect(shown.split("\n")[1]).toBe("````failed tests tag1");
    expect(shown).toContain("FAIL x [exit 0 · h7]");
  });

  it.each([
    [tests({ summary: null, failures: [] }), "no test results found in the output"],
    [tests({ summary: { passed: 0, failed: 0, skipped: 0 }, failures: [] }), "no tests ran"],
    [
      tests({ summary: { passed: 2, failed: 0, skipped: 0 }, complete: false }),
      "0 failed, 2 passed (not all of it was read)",
    ],
    [
      tests({ summary: { passed: 2, failed: 0, skipped: 0 }, complete: false, problem: "given up after 30 s" }),
      "0 failed, 2 passed (not all of it was read: given up after 30 s)",
    ],
    [
      tests({ summary: { passed: 1, failed: 0, skipped: 0 }, problem: "2 of 3 planned tests have no result" }),
      "0 failed, 1 passed (2 of 3 planned tests have no result)",
    ],
    [
      tests({ summary: null, failures: [], problem: "report: line 1: <html> · [x]" }),
      "no test results found in the output (report: line 1: <html> - (x))",
    ],
  ])("says %o as: %s", (findings, words) => expect(reportHeadline(report({ findings }))).toContain(` · ${words} · `));
});

describe("a build for a model", () => {
  const findings = {
    kind: "build",
    diagnostics: [diagnostic],
    counts: { error: 1, warning: 5, note: 0, help: 0 },
    complete: true,
  } as const;

  it("shows its diagnostics first, one line each", () => {
    const shown = text({ findings });
    expect(shown).toContain("· 1 error, 5 warnings ·");
    expect(shown).toContain(
      "```diagnostics tag1\nsrc/a.ts:3:5: error[TS2322]: Type 'string' is not assignable\n``` tag1",
    );
  });

  it("says how many of them are shown", () => {
    const diagnostics = Array.from({ length: 100 }, (_, index) => ({ ...diagnostic, line: index + 1 }));
    const counts = { error: 300, warning: 2, note: 0, help: 0 };
    expect(text({ findings: { ...findings, diagnostics, counts } })).toContain("``` tag1\n10 of 302 shown\n```output");
  });

  it("has them on the wire as they are", () => {
    expect(reportToWire(report({ findings }))).toMatchObject({
      diagnostics: [diagnostic],
      diagnostic_counts: findings.counts,
      diagnostics_complete: true,
    });
  });
});

describe("findings on the wire", () => {
  it("carry the name of the results, which leads back to the handle", () => {
    const handleId = `hto-${"a".repeat(26)}`;
    expect(reportToWire(report({ handleId, findings: tests() }))).toMatchObject({
      result_handle: `htr-${"a".repeat(26)}`,
      summary: { passed: 120, failed: 1, skipped: 2 },
      failures: [{ name: "sum > subtracts", status: "failed", duration_ms: 1, path: "sum.test.ts", line: 4 }],
    });
  });

  it("leave the summary out when nothing was understood", () => {
    expect(reportToWire(report({ findings: tests({ summary: null, failures: [] }) }))).not.toHaveProperty("summary");
  });

  it("are nothing for an ordinary command, and for the record of an older version", () => {
    const { findings: _none, ...older } = report();
    expect(reportToWire(report())).not.toHaveProperty("result_handle");
    expect(reportToWire(older as ReturnType<typeof report>)).not.toHaveProperty("result_handle");
    expect(reportHeadline(older as ReturnType<typeof report>)).toBe("[exit 0 · 41s · h7 · no output]");
  });
});
