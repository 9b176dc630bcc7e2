/** Waits until a command that goes on is of use: it printed something, listens on a port, or answers HTTP. Owns nothing. */
import type { Handle } from "./handle.ts";
import type { Circumstances, Readiness, ReadyCondition, Refusal, Verdict, Watch } from "./readiness.ts";
import type { Report } from "./report.ts";
import { PatternWatch } from "./watch-pattern.ts";
import { PortWatch, type WatchPortOptions } from "./watch-port.ts";

export interface ReadyOptions extends WatchPortOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const nothing: Circumstances = { holder: null, status: null };

/** Never rejects. An end comes before a sign: a command that is over is not ready, whatever it printed. */
export async function waitUntilReady(
  handle: Handle,
  condition: ReadyCondition,
  options: ReadyOptions,
): Promise<Readiness> {
  const { clock, signal, timeoutMs } = options;
  const startedAt = clock.monotonic();
  const watch: Watch =
    condition.kind === "pattern"
      ? new PatternWatch(handle, condition, options)
      : new PortWatch(handle, condition, options);
  const gaveUp = Promise.withResolvers<Refusal>();
  const giveUp = (): void => gaveUp.resolve("given_up");
  const timer = clock.after(timeoutMs, () => gaveUp.resolve("timeout"));
  if (signal?.aborted === true) giveUp();
  signal?.addEventListener("abort", giveUp, { once: true });
  const over = new AbortController();
  try {
    // A watch that cannot go on leaves it to the end and the deadline.
    const seen = watch.verdict(over.signal).catch(() => null);
    const found = seen.then<Verdict | Refusal>((verdict) => verdict ?? gaveUp.promise);
    const first = await Promise.race([handle.ended, found, gaveUp.promise]);
    return { ...(await concluded(first, watch)), afterMs: Math.round(clock.monotonic() - startedAt) };
  } finally {
    timer.cancel();
    over.abort();
    signal?.removeEventListener("abort", giveUp);
  }
}

async function concluded(first: Report | Verdict | Refusal, watch: Watch): Promise<Verdict> {
  if (typeof first !== "string" && "ready" in first) return first;
  const because = typeof first === "string" ? first : "ended";
  // Who gives up waits for no further look, and a command that was stopped did not end for want of a port.
  const look = typeof first === "string" ? first !== "given_up" : first.endedBy.kind === "exit";
  const circumstances = look ? await watch.circumstances().catch(() => nothing) : nothing;
  return { ready: false, because, ...circumstances };
}
