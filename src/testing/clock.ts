/** A clock that moves only when a test says so. */
import type { Clock, Timer } from "../base/clock.ts";

export interface FakeClock extends Clock {
  /** How many timers wait: none, once all is over. */
  readonly timers: number;
  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void;
}

export function fakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsed = 0;
  let order = 0;
  const due = new Map<number, { at: number; fire: () => void }>();
  return {
    get timers() {
      return due.size;
    },
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after(ms, fire): Timer {
      const key = order++;
      due.set(key, { at: elapsed + Math.max(0, ms), fire });
      return { cancel: () => due.delete(key) };
    },
    advance(ms) {
      const target = elapsed + ms;
      for (;;) {
        const next = [...due].filter(([, t]) => t.at <= target).sort(([ka, a], [kb, b]) => a.at - b.at || ka - kb)[0];
        if (next === undefined) break;
        due.delete(next[0]);
        elapsed = next[1].at;
        next[1].fire();
      }
      elapsed = target;
    },
  };
}
