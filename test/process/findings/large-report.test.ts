/** Results of any size are read with flat memory. In a process of its own: the test runner's memory is not what is measured. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const megabyte = 2 ** 20;
/** Young objects that are not collected yet, the parser's code, buffers of the file. Keeping the tests themselves would cost gigabytes. */
const mostGrowthBytes = 96 * megabyte;

interface Measured {
  readonly written: number;
  readonly tests: number;
  readonly failed: number;
  readonly findings: {
    format: string;
    summary: unknown;
    complete: boolean;
    problem: string | null;
    failures: unknown[];
  };
  readonly lines: number;
  readonly growthBytes: number;
}

describe("200 MB of results", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "longhand-large-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it.each(["junit", "jest"])(
    "%s: every test is counted and kept in the file, and memory stays flat",
    (kind) => {
      const fixture = "test/fixtures/findings/large-report.ts";
      const { stdout, stderr } = spawnSync(process.execPath, [fixture, kind, directory, String(200 * megabyte)], {
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      const measured: Measured = JSON.parse(stdout);
      expect(measured.written).toBeGreaterThanOrEqual(200 * megabyte);
      expect(measured.findings).toMatchObject({
        format: kind,
        summary: { passed: measured.tests - measured.failed, failed: measured.failed, skipped: 0 },
        complete: true,
        problem: null,
      });
      expect(measured.findings.failures).toHaveLength(20);
      expect(measured.lines).toBe(measured.tests);
      expect(measured.growthBytes).toBeLessThan(mostGrowthBytes);
    },
    180_000,
  );
});
