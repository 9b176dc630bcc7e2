/** The timeout of a handle: counted from its start, in the background too. */
import type { Clock, Timer } from "../base/clock.ts";
import type { Handle } from "./handle.ts";
import type { Ladders } from "./ladders.ts";

export interface TimeoutOptions {
  readonly clock: Clock;
  readonly ladders: Ladders;
}

/** Null when it has none. */
export function armTimeout(handle: Handle, { clock, ladders }: TimeoutOptions): Timer | null {
  const { timeoutMs } = handle.request;
  if (timeoutMs === null) return null;
  return clock.after(timeoutMs, () => {
    handle.requestStop({ kind: "timeout", by: "longhand", reason: `timeout_ms ${timeoutMs}` }, ladders.stop);
  });
}
