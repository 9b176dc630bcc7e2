/** Waiting for a handle's report from within a call, without ever owning the command. */
import { newId } from "../base/ids.ts";
import type { Clock, Timer } from "../base/clock.ts";
import type { Handle } from "../handle/handle.ts";
import type { Report } from "../handle/report.ts";
import type { Call } from "../session/calls.ts";

export type WaitResult =
  /** The answer carries the report under this claim (or reads it for free, when another answer has it). */
  | { readonly ended: true; readonly report: Report; readonly claimId: string }
  | { readonly ended: false; readonly because: "timeout" | "moved" | "cancelled" };

export interface WaitOptions {
  readonly clock: Clock;
  readonly call: Call;
  /** `Infinity` waits for ever, 0 only looks. */
  readonly ms: number;
  /** Claim under which an earlier registration already expects the report. */
  readonly claimId?: string;
}

export async function waitForReport(handle: Handle, { clock, call, ms, claimId }: WaitOptions): Promise<WaitResult> {
  const carrier = handle.expectAnswer(claimId ?? newId("claim"));
  const { promise: gaveUp, resolve } = Promise.withResolvers<"timeout" | "moved" | "cancelled">();
  const onAbort = (): void => resolve("cancelled");
  let timer: Timer | null = null;
  if (call.signal.aborted) onAbort();
  call.signal.addEventListener("abort", onAbort, { once: true });
  void call.moved.then(() => resolve("moved"));
  if (ms === 0) resolve("timeout");
  else if (ms !== Number.POSITIVE_INFINITY) timer = clock.after(ms, () => resolve("timeout"));
  try {
    // In the same tick the real result wins.
    const first = await Promise.race([handle.ended, gaveUp]);
    if (typeof first !== "string") return { ended: true, report: first, claimId: carrier.claimId };
    return { ended: false, because: first };
  } finally {
    carrier.withdraw();
    timer?.cancel();
    call.signal.removeEventListener("abort", onAbort);
  }
}
