/** How long to wait before a connection is tried again: longer each time, and never at the same moment as everybody else. */

export interface ReconnectOptions {
  /** How often in a row it is tried before the client gives up. Default 10: with the other defaults about a minute. */
  readonly attempts?: number;
  /** Before the first attempt, in milliseconds; then twice as long each time. Default 100. */
  readonly firstDelayMs?: number;
  /** Default 15,000. */
  readonly maxDelayMs?: number;
}

export interface Backoff {
  readonly attempts: number;
  /** Milliseconds before the attempt with this number, from 0; null when it is not made any more. */
  delayMs(attempt: number, random: number): number | null;
}

export function backoff({ attempts = 10, firstDelayMs = 100, maxDelayMs = 15_000 }: ReconnectOptions = {}): Backoff {
  return {
    attempts,
    delayMs(attempt, random) {
      if (attempt >= attempts) return null;
      const full = Math.min(maxDelayMs, firstDelayMs * 2 ** attempt);
      // At least half: a server that is starting is not asked all the time.
      return full * (0.5 + random / 2);
    },
  };
}
