/** `longhand bridge`: the bridge on our stdin and stdout. Nothing else is ever written to stdout. */
import { Console } from "node:console";
import { PassThrough } from "node:stream";
import { runBridge } from "../bridge/run-bridge.ts";
import { exitCodeOfSignal } from "./exit-codes.ts";
import { Interrupts } from "./interrupts.ts";
import { type GlobalFlags, settingsOf } from "./options.ts";
import { note } from "./terminal.ts";

/** Resolves with the exit code, when all is dead. A signal is the end of the input: sessions are closed the same way. */
export async function bridge(flags: GlobalFlags): Promise<number> {
  // Whatever else is loaded into this process may print: stdout is the protocol's alone.
  globalThis.console = new Console(process.stderr, process.stderr);
  using interrupts = new Interrupts();
  const input = new PassThrough();
  process.stdin.pipe(input);
  process.stdin.once("error", () => input.end());
  const hangUp = (): void => {
    process.stdin.destroy();
    input.end();
  };
  interrupts.handleWith({ onFirst: hangUp, onAgain: () => {} });
  try {
    const code = await runBridge({ input, output: process.stdout, log: note, config: settingsOf(flags) });
    return interrupts.caught === null ? code : exitCodeOfSignal(interrupts.caught);
  } finally {
    // One that never came to serve, too: a client that keeps its end open must not keep us.
    hangUp();
  }
}
