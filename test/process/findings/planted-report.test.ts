/** What a command leaves in the place of its report is a stranger's: only a regular file is read, and nothing else is waited for. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDiagnostics } from "../../../src/findings/read-diagnostics.ts";
import { readTests } from "../../../src/findings/read-tests.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const junit = '<testsuite><testcase name="planted"/></testsuite>\n';

describe("in the place of a report", () => {
  let directory = "";
  let path = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "longhand-planted-"));
    path = join(directory, "report.xml");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const read = () => {
    writeFileSync(join(directory, "stdout.txt"), "running 1 test\ntest real ... ok\n");
    const inspection = { kind: "tests", format: "auto", reportPath: path } as const;
    return readTests({ inspection, stdout: join(directory, "stdout.txt"), stderr: null, directory });
  };
  const fromOutput = { format: "libtest", summary: { passed: 1, failed: 0, skipped: 0 } };

  it("a FIFO that nobody writes is not waited for", async () => {
    execFileSync("mkfifo", [path]);
    expect(await read()).toMatchObject({ ...fromOutput, problem: `${path} is not a regular file` });
  });

  it("a FIFO that somebody writes is not read: what is in it stays there", async () => {
    execFileSync("mkfifo", [path]);
    // Both ends: opening one alone would wait for the other.
    const both = openSync(path, "r+");
    try {
      writeSync(both, junit);
      expect(await read()).toMatchObject({ ...fromOutput, problem: `${path} is not a regular file` });
    } finally {
      closeSync(both);
    }
  });

  it("a folder is not read", async () => {
    mkdirSync(path);
    expect(await read()).toMatchObject({ ...fromOutput, problem: `${path} is not a regular file` });
  });

  it("a link is not followed, wherever it leads", async () => {
    writeFileSync(join(directory, "elsewhere.xml"), junit);
    symlinkSync(join(directory, "elsewhere.xml"), path);
    expect(await read()).toMatchObject({ ...fromOutput, problem: `cannot read ${path}: ELOOP` });
    rmSync(path);
    symlinkSync("/dev/zero", path);
    expect(await read()).toMatchObject({ ...fromOutput, problem: `cannot read ${path}: ELOOP` });
  });

  it("neither is a FIFO in the place of the output of a build", async () => {
    execFileSync("mkfifo", [path]);
    const found = await readDiagnostics({ inspection: { kind: "build", format: "auto" }, stdout: path, stderr: null });
    expect(found).toMatchObject({ diagnostics: [], complete: false });
  });
});
