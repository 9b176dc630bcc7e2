/** Waiting for a handle's report from within a call, without ever owning the command. */
import type { Timer } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { Handle } from "../handle/handle.ts";
import type { Report } from "../handle/report.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import { claimFor } from "./answer.ts";

/** A report and what this answer delivers by carrying it. */
export interface CarriedReport {
  readonly report: Report;
  /** Undefined when another answer delivers it: this one reads it for free. */
  readonly claimId: string | undefined;
  readonly committed: Promise<void>;
}

export type WaitResult =
  | { readonly ended: true; readonly carried: CarriedReport }
  | { readonly ended: false; readonly because: GivenUp };

export type GivenUp = "timeout" | "moved" | "cancelled" | "until";

export interface WaitOptions {
  readonly session: Session;
  /** Cancelled or moved it gives up the wait. Null: nobody does. */
  readonly call: Call | null;
  /** `Infinity` waits for ever, 0 only looks. */
  readonly ms: number;
  /** Claim under which an earlier registration already expects the report. */
  readonly claimId?: string;
  /** Not waited longer than for this, which never rejects. */
  readonly until?: Promise<unknown> | undefined;
}

export async function waitForReport(
  handle: Handle,
  { session, call, ms, claimId = newId("claim"), until }: WaitOptions,
): Promise<WaitResult> {
  const carrier = handle.expectAnswer(claimId);
  const { promise: ended, resolve: end } = Promise.withResolvers<Report>();
  const { promise: gaveUp, resolve } = Promise.withResolvers<GivenUp>();
  // Not by a reaction on `handle.ended`: one for each wait would be kept for as long as the command runs.
  using _ending = handle.onEnd((report) => report !== null && end(report));
  const onAbort = (): void => resolve("cancelled");
  let timer: Timer | null = null;
  if (call?.signal.aborted === true) onAbort();
  call?.signal.addEventListener("abort", onAbort, { once: true });
  void call?.moved.then(() => resolve("moved"));
  void until?.then(() => resolve("until"));
  if (ms === 0) resolve("timeout");
  else if (ms !== Number.POSITIVE_INFINITY) timer = session.parts.clock.after(ms, () => resolve("timeout"));
  try {
    // In the same tick the real result wins.
    const first = await Promise.race([ended, gaveUp]);
    // On its way under this claim it cannot be given up any more, and it is there in a moment.
    const comes = typeof first !== "string" || handle.carriedBy === claimId;
    return comes
      ? { ended: true, carried: await carriedReport(handle, session, claimId) }
      : { ended: false, because: first };
  } finally {
    carrier.withdraw();
    timer?.cancel();
    call?.signal.removeEventListener("abort", onAbort);
  }
}

/** The report once it is there, for an answer that expects it under this claim. */
export async function carriedReport(handle: Handle, session: Session, claimId: string): Promise<CarriedReport> {
  handle.expectAnswer(claimId);
  const report = await handle.ended;
  // Ended, and not in the ledger because that fails: who asks first carries it.
  if (!handle.isCommitted) handle.takeCarrier();
  const { carriedBy, committed } = handle;
  if (carriedBy === claimId) return { report, claimId, committed };
  // It was on its way to the inbox before this answer asked: it is taken from there, unless somebody was faster.
  const taken = carriedBy === null ? await claimFor(session, handle.id) : undefined;
  return { report, claimId: taken, committed };
}
