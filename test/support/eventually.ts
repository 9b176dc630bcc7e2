/** Waits for a condition with a deadline: the only way a test waits. */
import { setTimeout as delay } from "node:timers/promises";

/** Resolves with the first truthy value of `probe`; rejects with its last error, or says what it waited for. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  { timeoutMs = 5_000, everyMs = 5, what = "the condition" } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) throw lastError ?? new Error(`${what} did not come true within ${timeoutMs} ms`);
    await delay(everyMs);
  }
}
