/** A directory for the databases of a test file, removed after it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** Returns a maker of paths, each in a directory that does not exist yet. */
export function databasePaths(): () => string {
  const root = mkdtempSync(join(tmpdir(), "longhand-ledger-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  return () => join(root, String(++count), "ledger.db");
}
