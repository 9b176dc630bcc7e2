import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bestOf } from "../../../src/findings/candidate.ts";
import { ReadingTime } from "../../../src/findings/reading-time.ts";
import { readOutput } from "../../../src/findings/test-output.ts";
import { fixture } from "../../support/test-findings.ts";

const outputs = [
  ["cargo-stdout.txt", "cargo-stderr.txt"],
  ["cargo-quiet.txt"],
  ["node-spec.txt"],
  ["node-tap.txt"],
  ["pytest-verbose.txt"],
  ["pytest-quiet.txt"],
  ["pytest-collect.txt"],
  ["vitest-stdout.txt", "vitest-stderr.txt"],
  ["vitest-verbose.txt", "vitest-stderr.txt"],
  ["vitest-tap.txt"],
];

async function read(texts: readonly string[], format: "auto" | "tap" | "go", sureAfterLines: number) {
  const directory = mkdtempSync(join(tmpdir(), "longhand-output-"));
  try {
    const paths = texts.map((text, index) => {
      writeFileSync(join(directory, String(index)), text);
      return join(directory, String(index));
    });
    const { candidates } = await readOutput(paths, { directory, format, sureAfterLines, time: new ReadingTime() });
    const best = bestOf(candidates, format);
    for (const { file } of candidates) await file.discard();
    const { failures = null } = best?.collector ?? {};
    const found = { format: best?.format, summary: best?.summary, problem: best?.problem, failures };
    return { found, understood: candidates.filter(({ summary }) => summary !== null).map((one) => one.format) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("parsers that are dropped when one is sure to be the right one", () => {
  it.each(outputs)("change nothing in what is found: %s %s", { timeout: 60_000 }, async (stdout, stderr) => {
    // Hundreds of runs of it, which nobody could be more sure of.
    const texts = [fixture(stdout ?? "").repeat(400), ...(stderr === undefined ? [] : [fixture(stderr)])];
    for (const format of ["auto", "go"] as const) {
      const all = await read(texts, format, Number.POSITIVE_INFINITY);
      expect((await read(texts, format, 500)).found).toEqual(all.found);
    }
  });

  const cases = "test a ... ok\n".repeat(3_000);
  const tap = "TAP version 13\nok 1 - a\n1..1\n";

  it("are those that understood nothing by then; the one that was asked for stays", async () => {
    const texts = [`running 3000 tests\n${cases}${tap}`];
    expect((await read(texts, "auto", 2_000)).understood).toEqual(["libtest"]);
    expect((await read(texts, "tap", 2_000)).found).toMatchObject({ format: "tap", summary: { passed: 1 } });
  });

  it("are none as long as two have understood something", async () => {
    const texts = [
      `${tap}running 3000 tests\n${cases}${"=== RUN   TestX\n--- PASS: TestX (0.00s)\nok  \tpkg\t0.1s\n"}`,
    ];
    expect((await read(texts, "auto", 2_000)).understood).toEqual(["libtest", "tap", "go"]);
  });
});
