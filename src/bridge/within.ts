/** Waiting with a bound, without a timer that keeps the process alive afterwards. */
import { sleep, systemClock } from "../base/clock.ts";

/** Resolves with `work`, or after `ms` milliseconds. The work goes on. */
export async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  try {
    await Promise.race([work, sleep(systemClock, ms, done.signal)]);
  } finally {
    done.abort();
  }
}
