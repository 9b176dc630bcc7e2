/** What is really on the heap, for tests of growth. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Bytes in use once all garbage is gone. */
export function heapAfterGc(): number {
  // The flag can be set while the process runs; only a new context sees the function.
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}
