/** `longhand bridge`: the bridge on our stdin and stdout. */
import { runBridge } from "../bridge/run-bridge.ts";
import { type GlobalFlags, settingsOf } from "./options.ts";

/** Resolves with the exit code. */
export function bridge(flags: GlobalFlags): Promise<number> {
  return runBridge({
    input: process.stdin,
    output: process.stdout,
    log: process.stderr,
    config: settingsOf(flags),
  });
}
