/** The bridge with a runtime of its own, as `longhand bridge` runs it. */
import type { Readable, Writable } from "node:stream";
import { type ConfigOptions, createRuntime } from "../index.ts";
import { createBridge } from "./bridge.ts";

export interface RunBridgeOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly log: (line: string) => void;
  readonly config: ConfigOptions;
}

/** Resolves with the exit code when the client is gone and nothing runs any more. Rejects as `createRuntime` does. */
export async function runBridge({ input, output, log, config }: RunBridgeOptions): Promise<number> {
  const bridge = createBridge();
  const runtime = await createRuntime({ ...config, approve: bridge.approve });
  try {
    await bridge.serve({ input, output, runtime, log });
  } finally {
    await runtime.close();
  }
  return 0;
}
