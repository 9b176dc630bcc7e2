/** Waiting for the last output after the end of a command: until every writer has closed the pipe, or it has been idle. */
import type { Clock, Timer } from "../base/clock.ts";
import type { OutputPipe } from "../process/child.ts";

export interface DrainBounds {
  /** Silence that counts as the end, re-armed by each chunk, in ms. */
  readonly idleMs: number;
  /** Upper bound over all, in ms. */
  readonly maxMs: number;
}

/**
 * After the exit: 100 ms covers a writer that pauses (a linter's last line was lost at less), and 2 s bounds a noisy one.
 * Nobody waits when nobody holds the pipe: its end comes with the exit.
 */
export const afterExit: DrainBounds = { idleMs: 100, maxMs: 2_000 };

/** After the stop: whoever still holds the pipe could not be stopped. */
export const afterStop: DrainBounds = { idleMs: 50, maxMs: 250 };

export interface DrainOptions {
  readonly clock: Clock;
  readonly bounds: DrainBounds;
  /** Monotonic time of the newest chunk, null before the first. */
  readonly lastOutputAt: () => number | null;
  /** Aborted when somebody is in a hurry. */
  readonly signal?: AbortSignal;
}

/** True when every pipe came to its end. */
export function drain(pipes: readonly OutputPipe[], options: DrainOptions): Promise<boolean> {
  if (pipes.every((pipe) => pipe.atEnd)) return Promise.resolve(true);
  const { clock, bounds, signal } = options;
  const begun = clock.monotonic();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  let timer: Timer | undefined;
  const finish = (): void => {
    timer?.cancel();
    signal?.removeEventListener("abort", finish);
    resolve(pipes.every((pipe) => pipe.atEnd));
  };
  const arm = (): void => {
    const quietSince = Math.max(begun, options.lastOutputAt() ?? begun);
    const due = Math.min(quietSince + bounds.idleMs, begun + bounds.maxMs);
    const left = due - clock.monotonic();
    if (left <= 0) finish();
    else timer = clock.after(left, arm);
  };
  void Promise.all(pipes.map((pipe) => pipe.ended)).then(finish);
  signal?.addEventListener("abort", finish, { once: true });
  if (signal?.aborted === true) finish();
  else arm();
  return promise;
}
