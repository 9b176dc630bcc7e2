/** Time as a port, so that tests own it. Durations are monotonic; only dates that people read come from the wall clock. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since 1970, for display and records only. */
  now(): number;
  /** Milliseconds that never jump, for durations and deadlines. */
  monotonic(): number;
  /**
   * Runs `fire` once after `ms` milliseconds. It keeps the process alive until then, because somebody's work waits for it;
   * upkeep that nobody waits for passes `idle: true`.
   */
  after(ms: number, fire: () => void, options?: { readonly idle?: boolean }): Timer;
}

/** setTimeout counts in a signed 32-bit integer and fires at once beyond it. */
const longestTimeoutMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, fire, options) {
    const due = performance.now() + ms;
    let timeout: NodeJS.Timeout | undefined;
    const arm = (): void => {
      const left = Math.max(0, due - performance.now());
      timeout = setTimeout(left > longestTimeoutMs ? arm : fire, Math.min(left, longestTimeoutMs));
      if (options?.idle === true) timeout.unref();
    };
    arm();
    return { cancel: () => clearTimeout(timeout) };
  },
};

/** Resolves after `ms`, or at once when `signal` aborts (the caller looks at the signal to know which). */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      timer.cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(ms, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}

/** RFC 3339 in UTC, the only date format on the wire. */
export function timestamp(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
