import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fixture } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

it("with no descriptor left to look into /proc, the command ends, its caller is answered, and the receipt does not claim a search", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "longhand-descriptors-"));
  try {
    const command = ["--nofile=300", process.execPath, fixture("no-descriptors.ts"), stateDir];
    const { pid, status, cleanup } = JSON.parse(execFileSync("prlimit", command, { encoding: "utf8" }));
    expect({ status, cleanup }).toMatchObject({ status: "cancelled", cleanup: { complete: false, coverage: "group" } });
    expect(isAlive(pid)).toBe(false);
  } finally {
    rmSync(stateDir, { recursive: true, force: true });
  }
});
