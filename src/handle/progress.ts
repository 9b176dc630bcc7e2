/** Progress messages of a running handle: coalesced in the inbox, rarer the longer it runs, none after the result. */
import type { Clock, Timer } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Handle } from "./handle.ts";
import { observedSnapshot } from "./snapshot.ts";

/** Starts the ticks; disposing stops them. The ledger refuses progress of an ended handle, so a late tick is harmless. */
export function startProgress(
  handle: Handle,
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: Clock },
): Disposable {
  const { progress } = handle.request;
  if (progress === null) return { [Symbol.dispose]: () => undefined };
  let timer: Timer | undefined;
  let stopped = false;
  const arm = (intervalMs: number): void => {
    timer = clock.after(intervalMs, () => void tick(intervalMs), { idle: true });
  };
  const tick = async (intervalMs: number): Promise<void> => {
    if (handle.phase !== "running") return;
    await post(handle, ledger, clock, progress.maxInlineBytes);
    if (!stopped) arm(Math.min(intervalMs * 2, progress.maxIntervalMs));
  };
  arm(progress.intervalMs);
  return {
    [Symbol.dispose]: () => {
      stopped = true;
      timer?.cancel();
    },
  };
}

async function post(handle: Handle, ledger: Ledger, clock: Clock, maxInlineBytes: number): Promise<void> {
  const body = (await observedSnapshot(handle, clock, maxInlineBytes)) as unknown as JsonObject;
  const { callId, label } = handle.request;
  const message = {
    messageId: newId("message"),
    kind: "tool_progress",
    callId,
    label,
    createdAt: clock.now(),
    body,
    coalesce: handle.id,
  };
  // Progress is a courtesy: a store that is busy or closed loses it, and the result still comes.
  await ledger.post({ sessionId: handle.owner, handleId: handle.id, message, durable: false }).catch(() => null);
}
