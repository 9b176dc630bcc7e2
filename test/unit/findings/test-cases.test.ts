import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestStatus } from "../../../src/findings/findings.ts";
import { readTestCases } from "../../../src/findings/test-cases.ts";
import { testCase } from "../../../src/findings/tests/parser.ts";

describe("readTestCases", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "longhand-cases-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const cases = (["passed", "failed", "skipped", "errored", "passed", "failed"] as const).map(
    (status: TestStatus, index) => testCase(`"t${index}", "status":"passed"`, status),
  );
  const write = (text: string): void => writeFileSync(join(directory, "tests.jsonl"), text);
  const lines = cases.map((found) => `${JSON.stringify(found)}\n`).join("");

  it("gives pages of what failed, and how many there are", async () => {
    write(lines);
    const [, one, , three, , five] = cases;
    expect(await readTestCases(directory, { includePassing: false, offset: 0, limit: 2 })).toEqual({
      tests: [one, three],
      total: 3,
    });
    expect(await readTestCases(directory, { includePassing: false, offset: 2, limit: 2 })).toEqual({
      tests: [five],
      total: 3,
    });
    expect(await readTestCases(directory, { includePassing: false, offset: 9, limit: 2 })).toEqual({
      tests: [],
      total: 3,
    });
  });

  it("gives all of them when asked to", async () => {
    write(lines);
    expect(await readTestCases(directory, { includePassing: true, offset: 0, limit: 100 })).toEqual({
      tests: cases,
      total: 6,
    });
  });

  it("passes over a last line that was cut off, and what is not ours", async () => {
    write(`${lines}\n{"x":1}\nnonsense\n${lines.slice(0, 40)}`);
    expect((await readTestCases(directory, { includePassing: true, offset: 0, limit: 100 })).tests).toEqual(cases);
    write(lines.slice(0, -10));
    expect((await readTestCases(directory, { includePassing: true, offset: 0, limit: 100 })).total).toBe(5);
  });

  it.each([
    ["name", 3],
    ["status", "fine"],
    ["status", {}],
    ["durationMs", "3"],
    ["message", {}],
    ["stdout", []],
    ["stderr", undefined],
    ["path", 1],
    ["line", "1"],
  ])("passes over a line whose %s is %j", async (field, value) => {
    const planted = JSON.stringify({ ...testCase("planted", "failed"), [field]: value });
    write(`${planted}\n${lines}`);
    const page = await readTestCases(directory, { includePassing: true, offset: 0, limit: 100 });
    expect(page).toEqual({ tests: cases, total: 6 });
  });

  it("says when the file is gone", async () => {
    const reading = readTestCases(directory, { includePassing: true, offset: 0, limit: 1 });
    await expect(reading).rejects.toMatchObject({ kind: "not_found" });
  });
});
