/** One run of an operation's function: started, told to stop, waited for, and given up when it does not react. */
import type { Clock, Timer } from "../base/clock.ts";
import { LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Ladder } from "../process/tree.ts";
import type { OperationFunction, OperationProgress } from "./operation.ts";
import { boundedJson } from "./operation-json.ts";

export type Settlement =
  | { readonly type: "returned"; readonly value: unknown }
  | { readonly type: "threw"; readonly thrown: unknown };

export interface OperationRunOptions {
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Why it is to stop, for its signal: asked for when it is aborted. */
  readonly whyStopped: () => string;
}

/** Progress is a few numbers and words: it is part of each snapshot, each message and the report. */
const maxProgressBytes = 8_192;

export class OperationRun {
  /** Never rejects. */
  readonly settled: Promise<Settlement>;
  readonly #options: OperationRunOptions;
  readonly #abort = new AbortController();
  readonly #abandoned = Promise.withResolvers<null>();
  #progress: OperationProgress | null = null;
  #isSettled = false;
  #due: number | null = null;
  #timer: Timer | undefined;

  constructor(run: OperationFunction, options: OperationRunOptions) {
    this.#options = options;
    const context = {
      signal: this.#abort.signal,
      report: (progress: OperationProgress): void => {
        this.#progress = progress;
      },
      // A recorder that is finished drops it.
      write: (output: string | Uint8Array): void => options.recorder.write("stdout", bytesOf(output)),
    };
    // In a turn of its own: whoever started it has put its handle in order by then, and it may throw at once. One that is to stop before
    // its turn does not run: it would wait for an event that was.
    this.settled = Promise.resolve()
      .then(() => {
        context.signal.throwIfAborted();
        return run(context);
      })
      .then(
        (value): Settlement => ({ type: "returned", value }),
        (thrown: unknown): Settlement => ({ type: "threw", thrown }),
      )
      .finally(() => this.#settle());
  }

  /** As last reported. */
  get progress(): JsonObject | null {
    return this.#progress === null ? null : boundedJson(this.#progress, maxProgressBytes);
  }

  /** Aborts its signal and waits for it until the deadline: null when it went on. A second call joins the first, and may shorten it. */
  stop({ graceMs, deadlineMs }: Ladder): Promise<Settlement | null> {
    if (this.#isSettled) return this.settled;
    const { clock, whyStopped } = this.#options;
    // Who grants a process no grace does not wait for a function either.
    const due = clock.monotonic() + (graceMs === 0 ? 0 : deadlineMs);
    if (this.#due === null || due < this.#due) {
      this.#due = due;
      this.#timer?.cancel();
      this.#timer = clock.after(due - clock.monotonic(), () => this.#abandoned.resolve(null));
    }
    if (!this.#abort.signal.aborted) this.#abort.abort(new DOMException(whyStopped(), "AbortError"));
    return Promise.race([this.settled, this.#abandoned.promise]);
  }

  #settle(): void {
    this.#isSettled = true;
    // Nobody waits any more, and a timer keeps the process alive.
    this.#timer?.cancel();
  }
}

function bytesOf(output: unknown): Uint8Array {
  if (typeof output === "string") return Buffer.from(output);
  if (output instanceof Uint8Array) return output;
  throw new LonghandError("invalid_parameter", `write: expected a string or bytes, got ${typeof output}`);
}
