/** A throw-away runtime for tests of the bridge. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../src/runtime.ts";
import { holdToContract } from "./contract/hold.ts";

export interface TestRuntime extends AsyncDisposable {
  readonly runtime: Runtime;
}

export async function testRuntime(options: RuntimeOptions = {}): Promise<TestRuntime> {
  holdToContract();
  const stateDir = mkdtempSync(join(tmpdir(), "longhand-bridge-"));
  const runtime = await createRuntime({ store: "memory", stateDir, defaultCwd: tmpdir(), ...options });
  return {
    runtime,
    async [Symbol.asyncDispose]() {
      await runtime.close();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
