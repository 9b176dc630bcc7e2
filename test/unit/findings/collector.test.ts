import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CaseFile } from "../../../src/findings/case-file.ts";
import { Collector } from "../../../src/findings/collector.ts";
import { testCase } from "../../../src/findings/tests/parser.ts";

describe("tests that come too fast to be written", () => {
  it("are counted, not kept; and the file is not there with a part of them", async () => {
    const directory = mkdtempSync(join(tmpdir(), "longhand-collector-"));
    try {
      const collector = new Collector();
      const file = new CaseFile(directory, "jest", collector);
      const found = testCase("x", "passed", { path: "p".repeat(2000) });
      for (let count = 0; count < 60_000; count++) collector.add(found);
      expect(collector.count).toBe(60_000);
      expect(collector.waiting).toBeLessThan(2 ** 26 + 10_000);
      await file.publish();
      expect(file.problem).toBe("tests.jsonl would be too large");
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
