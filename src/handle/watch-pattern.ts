/** Watches what a command prints, on either stream. */
import type { Clock } from "../base/clock.ts";
import type { Handle } from "./handle.ts";
import type { Circumstances, PatternCondition, Verdict, Watch } from "./readiness.ts";
import { waitForOutput } from "./wait-for-output.ts";

export class PatternWatch implements Watch {
  readonly #handle: Handle;
  readonly #condition: PatternCondition;
  readonly #clock: Clock;

  constructor(handle: Handle, condition: PatternCondition, { clock }: { readonly clock: Clock }) {
    this.#handle = handle;
    this.#condition = condition;
    this.#clock = clock;
  }

  async verdict(signal: AbortSignal): Promise<Verdict | null> {
    const { capture } = this.#handle.request;
    // Of two files nobody knows the common order while they grow.
    const apart = capture.transport === "file" && !capture.merge;
    const streams = apart ? (["stdout", "stderr"] as const) : (["combined"] as const);
    return Promise.any(streams.map((stream) => this.#printed(stream, signal))).catch(() => null);
  }

  async circumstances(): Promise<Circumstances> {
    return { holder: null, status: null };
  }

  async #printed(stream: "combined" | "stdout" | "stderr", signal: AbortSignal): Promise<Verdict> {
    const { pattern } = this.#condition;
    const waited = await waitForOutput(this.#handle, { clock: this.#clock, stream, pattern, signal });
    if (waited.because !== "matched" || this.#handle.phase !== "running") throw new Error("it was not printed");
    return { ready: true, by: "pattern", match: waited.match.text, stream, offset: waited.match.start };
  }
}
