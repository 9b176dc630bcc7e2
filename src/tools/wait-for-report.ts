/** Waiting for a handle's report from within a call, without ever owning the command. */
import { newId } from "../base/ids.ts";
import type { Timer } from "../base/clock.ts";
import type { Handle } from "../handle/handle.ts";
import type { Report } from "../handle/report.ts";
import type { Call } from "../session/calls.ts";
import type { Session } from "../session/session.ts";

export type WaitResult =
  /** The answer carries the report under this claim (or reads it for free, when another answer has it). */
  | { readonly ended: true; readonly report: Report; readonly claimId: string }
  | { readonly ended: false; readonly because: "timeout" | "moved" | "cancelled" };

export interface WaitOptions {
  readonly session: Session;
  readonly call: Call;
  /** `Infinity` waits for ever, 0 only looks. */
  readonly ms: number;
  /** Claim under which an earlier registration already expects the report. */
  readonly claimId?: string;
}

export async function waitForReport(handle: Handle, { session, call, ms, claimId }: WaitOptions): Promise<WaitResult> {
  const carrier = handle.expectAnswer(claimId ?? newId("claim"));
  const { promise: gaveUp, resolve } = Promise.withResolvers<"timeout" | "moved" | "cancelled">();
  const onAbort = (): void => resolve("cancelled");
  let timer: Timer | null = null;
  if (call.signal.aborted) onAbort();
  call.signal.addEventListener("abort", onAbort, { once: true });
  void call.moved.then(() => resolve("moved"));
  if (ms === 0) resolve("timeout");
  else if (ms !== Number.POSITIVE_INFINITY) timer = session.parts.clock.after(ms, () => resolve("timeout"));
  try {
    // In the same tick the real result wins.
    const first = await Promise.race([handle.ended, gaveUp]);
    if (typeof first !== "string") return { ended: true, report: first, claimId: carrier.claimId };
    if (handle.phase === "closing") void giveBack(handle, session, carrier.claimId);
    return { ended: false, because: first };
  } finally {
    carrier.withdraw();
    timer?.cancel();
    call.signal.removeEventListener("abort", onAbort);
  }
}

/** The report was being recorded for this answer just as the wait was given up: it has to be in the inbox instead. */
async function giveBack(handle: Handle, { parts, reader }: Session, claimId: string): Promise<void> {
  await handle.ended;
  await parts.ledger.release({ ...reader, claimId }).catch(() => false);
}
