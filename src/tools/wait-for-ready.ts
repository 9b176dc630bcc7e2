/** The wait for readiness within a call that starts a command. */
import type { Handle } from "../handle/handle.ts";
import type { Readiness, ReadyCondition } from "../handle/readiness.ts";
import { waitUntilReady } from "../handle/ready.ts";
import type { Session } from "../session/session.ts";
import { conditionOf } from "./ready-input.ts";
import type { RunCommandInput } from "./run-command-input.ts";

export interface ReadyWait extends Disposable {
  readonly condition: ReadyCondition;
  /** Never rejects. Disposing the wait gives it up. */
  readonly outcome: Promise<Readiness>;
}

/** Installing and compiling come first where servers are developed; who knows better says so. */
const defaultTimeoutMs = 30_000;

/** Null when the input asks for none. */
export function waitForReady(
  handle: Handle,
  { ready, background_after_ms: afterMs = Number.POSITIVE_INFINITY }: RunCommandInput,
  session: Session,
): ReadyWait | null {
  if (ready === undefined) return null;
  const condition = conditionOf(ready);
  const over = new AbortController();
  const outcome = waitUntilReady(handle, condition, {
    clock: session.parts.clock,
    timeoutMs: Math.min(ready.timeout_ms ?? defaultTimeoutMs, afterMs),
    signal: over.signal,
    neighbours: () => session.live(),
  });
  return { condition, outcome, [Symbol.dispose]: () => over.abort() };
}
