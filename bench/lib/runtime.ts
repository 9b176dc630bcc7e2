/** A runtime of its own in a temporary state directory, for a benchmark. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, type Runtime, type RuntimeOptions, type Session } from "../../dist/index.js";

export interface BenchRuntime extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly session: Session;
  readonly stateDir: string;
}

export async function benchRuntime(options: RuntimeOptions = {}, parent: string = tmpdir()): Promise<BenchRuntime> {
  const stateDir = mkdtempSync(join(parent, "longhand-bench-"));
  const runtime = await createRuntime({ stateDir, ...options });
  const session = await runtime.openSession();
  return {
    runtime,
    session,
    stateDir,
    [Symbol.asyncDispose]: async () => {
      await runtime.close();
      rmSync(stateDir, { recursive: true });
    },
  };
}
