import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TestCase } from "../../../src/findings/findings.ts";
import { LineSplitter } from "../../../src/findings/lines.ts";
import { ctestParser } from "../../../src/findings/tests/ctest.ts";
import { goParser } from "../../../src/findings/tests/go.ts";
import { goJsonParser } from "../../../src/findings/tests/go-json.ts";
import { jestParser } from "../../../src/findings/tests/jest.ts";
import { JestJsonParser } from "../../../src/findings/tests/jest-json.ts";
import { JunitParser } from "../../../src/findings/tests/junit.ts";
import { libtestParser } from "../../../src/findings/tests/libtest.ts";
import { nodeSpecParser } from "../../../src/findings/tests/node-spec.ts";
import type { Emit, LineParser } from "../../../src/findings/tests/parser.ts";
import { pytestParser } from "../../../src/findings/tests/pytest.ts";
import { tapParser } from "../../../src/findings/tests/tap.ts";
import { vitestParser } from "../../../src/findings/tests/vitest.ts";
import { findTests, fixture } from "../../support/test-findings.ts";

const parsers: Readonly<Record<string, (emit: Emit) => LineParser>> = {
  ctest: ctestParser,
  go: goParser,
  go_json: goJsonParser,
  jest: jestParser,
  libtest: libtestParser,
  node: nodeSpecParser,
  pytest: pytestParser,
  tap: tapParser,
  vitest: vitestParser,
};
const outputs = [
  "ctest.txt",
  "cargo-stdout.txt",
  "node-spec.txt",
  "node-tap.txt",
  "pytest-verbose.txt",
  "vitest-tap.txt",
  "vitest-stderr.txt",
];

function divided(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index]));
}

function linesOf(chunks: readonly Buffer[], maxLineBytes = 100): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter({ maxLineBytes });
  for (const chunk of chunks) {
    splitter.push(chunk);
    while (splitter.take((line) => lines.push(line)));
  }
  splitter.end((line) => lines.push(line));
  return lines;
}

function document(
  make: (emit: Emit) => { push(chunk: Buffer): void; end(): void; declared: unknown; problem: string | null },
  chunks: readonly Buffer[],
) {
  const cases: TestCase[] = [];
  const parser = make((found) => cases.push(found));
  for (const chunk of chunks) parser.push(chunk);
  parser.end();
  return { cases, declared: parser.declared, problem: parser.problem };
}
/** JUnit takes text; ASCII is cut anywhere. */
const junit = (emit: Emit) => {
  const parser = new JunitParser(emit);
  return Object.assign(parser, {
    push: (chunk: Buffer) => JunitParser.prototype.push.call(parser, chunk.toString("latin1")),
  });
};

describe("any chunking of the same bytes", () => {
  const cuts = fc.array(fc.nat({ max: 10_000 }), { maxLength: 30 });

  it("gives the same lines", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 500 }),
      fc.string({ unit: fc.constantFrom("a", "\n", "\r", "é", "😀", "\x1b[1m"), maxLength: 300 }),
    );
    fc.assert(
      fc.property(bytes, cuts, (content, at) => {
        const whole = Buffer.from(content);
        // A limit so short that many lines are cut.
        expect(linesOf(divided(whole, at), 10)).toEqual(linesOf([whole], 10));
      }),
    );
  });

  it("gives the same tests from a document", () => {
    const json = Buffer.from(fixture("vitest-json.txt"));
    const xml = Buffer.from(fixture("node-junit.xml"));
    fc.assert(
      fc.property(cuts, (at) => {
        const makeJson = (emit: Emit) => new JestJsonParser(emit);
        expect(document(makeJson, divided(json, at))).toEqual(document(makeJson, [json]));
        expect(document(junit, divided(xml, at))).toEqual(document(junit, [xml]));
      }),
      { numRuns: 30 },
    );
  });
});

describe("whatever a runner prints", () => {
  /** Pieces of real outputs in any order, and noise between them. */
  const pieces = outputs.flatMap((name) => fixture(name).split(/(?<=\n)/));
  const text = fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...pieces) },
        { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
      ),
      { maxLength: 120 },
    )
    .map((parts) => parts.join(""));

  it.each(Object.keys(parsers))("%s makes tests with a name of it, or none", (name) => {
    fc.assert(
      fc.property(text, (printed) => {
        const cases: TestCase[] = [];
        const parser = parsers[name]?.((found) => cases.push(found));
        for (const line of linesOf([Buffer.from(printed)])) parser?.push(line);
        parser?.end();
        for (const found of cases) {
          expect(found.name).not.toBe("");
          expect(["passed", "failed", "skipped", "errored"]).toContain(found.status);
        }
      }),
    );
  });

  it("never makes the reading reject, be it output or report", async () => {
    const anything = fc.oneof(
      text,
      fc.uint8Array({ maxLength: 300 }),
      text.map((inner) => `<testsuite>${inner}`),
      text.map((inner) => `{"testResults":[${inner}`),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (content) => {
        const asOutput = await findTests({ stdout: content });
        const asReport = await findTests({ report: Buffer.from(content).toString() });
        for (const { findings, all } of [asOutput, asReport]) {
          expect(findings.complete).toBe(true);
          expect(
            all.filter((found) => found.status === "failed" || found.status === "errored").length,
          ).toBeLessThanOrEqual(findings.summary?.failed ?? 0);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("hostile lines", () => {
  const long = 2 ** 16;
  const lines = [
    ".",
    "...***Failed ",
    " has been running for over 6",
    "' (1) has overflowed its stack",
    "thread 'a' panicked at ",
    "test x ... ",
    "a.py::",
    " PASSED (",
    " - ",
    "1:",
    "'a', ",
    "(1ms)",
    "___ x ",
    "# ",
    "\\#",
    "=== ",
    " > ",
    "--- FAIL: ",
    "::",
    ": ",
    " [",
    " (",
    "ok 1 ",
    "1 passed, ",
    "✓ ",
    "at x.js:1",
    ".a:1",
    "\t",
    " ",
    "E ",
    "---- a stdout ",
  ];
  const heads = [
    "",
    "1/9 Test #1: ",
    "running 9",
    "thread '",
    "test ",
    " ✓ ",
    "---- ",
    "✖ ",
    "FAIL\t",
    "===",
    "not ok 1 ",
    "Tests: ",
    "      Tests  ",
    " FAIL ",
    "  ● ",
    "___ ",
    "--- FAIL: ",
    "# ",
    "FAILED ",
    "a.py::",
  ];

  it.each(Object.keys(parsers))("%s takes time in proportion to their length", (name) => {
    const cost = (length: number): number => {
      const parser = parsers[name]?.(() => {});
      const start = process.cpuUsage();
      for (const head of heads)
        for (const unit of lines) parser?.push((head + unit.repeat(length / unit.length)).slice(0, length));
      parser?.end();
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    // Eight times the length: linear costs eight times as much, quadratic 64 times. 200 ms: below that it does not matter.
    const short = cost(long / 8);
    expect(cost(long)).toBeLessThan(200 + 32 * short);
  });

  /** Each opens something in which the lines after it are read. */
  const openers: readonly ((index: number) => string)[] = [
    (index) => ` FAIL  a.test.js > ${index}`,
    (index) => ` FAIL  a${index}.test.js [ a${index}.test.js ]`,
    (index) => `a.py::t${index} FAILED`,
    (index) => `_____ t${index} _____`,
    (index) => `--- FAIL: T${index} (0.00s)`,
    (index) => `=== RUN   T${index}`,
    (index) => `{"Action":"output","Package":"p${index}","Test":"t","Output":"x\\n"}`,
    (index) => `test t${index} ... FAILED`,
    (index) => `FAIL f${index}.js`,
    (index) => `  ● t${index}`,
    (index) => `✖ t${index} (1ms)`,
    (index) => `not ok ${index} - t`,
    (index) => `${" ".repeat(index % 60)}# Subtest: ${index}`,
  ];

  it.each(Object.keys(parsers))("%s takes time in proportion to their number, whatever is open", (name) => {
    const cost = (count: number): number => {
      const start = process.cpuUsage();
      for (const opener of openers) {
        const parser = parsers[name]?.(() => {});
        for (const head of ["=== FAILURES ===", " RUN  v3.0.0", "PASS a.js", "TAP version 13", "running 1 test"])
          parser?.push(head);
        for (let index = 0; index < count; index++) parser?.push(opener(index));
        for (let index = 0; index < count; index++) parser?.push("    some text at a.js:1:1");
        parser?.end();
      }
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    const short = cost(1000);
    expect(cost(8000)).toBeLessThan(300 + 32 * short);
  });
});
