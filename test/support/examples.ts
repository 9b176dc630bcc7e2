/** Runs a file of `examples/` as its reader would, on the sources. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

/** What it printed. Its state is in a directory of its own, which is gone afterwards. Rejects when it fails. */
export async function runExample(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "longhand-example-"));
  const own = { LONGHAND_STATE_DIR: join(home, "state"), LONGHAND_RUNTIME_DIR: home };
  const file = resolve("examples", name);
  const argv = ["--import", resolve("test/support/from-source.mjs"), file];
  try {
    const options = { cwd: home, env: { ...process.env, ...own, ...env }, timeout: 60_000 };
    return (await promisify(execFile)(process.execPath, argv, options)).stdout;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
