/** Runs the readers of test results on texts, on fixtures and on files in a folder that goes away. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestCase, TestFindings, TestFormat, TestSummary } from "../../src/findings/findings.ts";
import { LineSplitter } from "../../src/findings/lines.ts";
import { type ReadTestsOptions, readTests } from "../../src/findings/read-tests.ts";
import { readTestCases } from "../../src/findings/test-cases.ts";
import type { Emit, LineParser } from "../../src/findings/tests/parser.ts";

export const fixture = (name: string): string => readFileSync(join("test/fixtures/findings", name), "utf8");

export interface Parsed {
  readonly cases: readonly TestCase[];
  readonly declared: TestSummary | null;
  readonly problem: string | null;
}

/** What one parser of lines makes of texts; each is a stream of its own. */
export function parseLines(make: (emit: Emit) => LineParser, ...texts: readonly string[]): Parsed {
  const cases: TestCase[] = [];
  const parser = make((found) => cases.push(found));
  for (const text of texts) {
    const splitter = new LineSplitter();
    splitter.push(Buffer.from(text));
    while (splitter.take((line) => parser.push(line)));
    splitter.end((line) => parser.push(line));
    parser.streamEnded?.();
  }
  parser.end();
  return { cases, declared: parser.declared, problem: parser.problem ?? null };
}

/** `passed a > b`: enough to see what was found. */
export const outline = (cases: readonly TestCase[]): readonly string[] =>
  cases.map(({ status, name }) => `${status} ${name}`);

/** The one that is meant, with its texts. */
export function named(cases: readonly TestCase[], name: string): TestCase {
  const found = cases.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no test ${name} in ${outline(cases).join(", ")}`);
  return found;
}

export interface Given {
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  readonly report?: string;
  readonly format?: TestFormat | "auto";
  readonly options?: Partial<ReadTestsOptions>;
}

/** `readTests` on files with these contents, and then all that is in `tests.jsonl`. */
export async function findTests(given: Given): Promise<{ findings: TestFindings; all: readonly TestCase[] }> {
  const directory = mkdtempSync(join(tmpdir(), "longhand-findings-"));
  const file = (name: string, content: string | Uint8Array | undefined): string | null => {
    if (content === undefined) return null;
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  try {
    const findings = await readTests({
      inspection: { kind: "tests", format: given.format ?? "auto", reportPath: file("report", given.report) },
      stdout: file("stdout.txt", given.stdout),
      stderr: file("stderr.txt", given.stderr),
      directory,
      ...given.options,
    });
    const page = { includePassing: true, offset: 0, limit: 10_000 };
    const all = findings.summary === null ? [] : (await readTestCases(directory, page)).tests;
    return { findings, all };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
