/** A command or operation that runs in front belongs to its call: when that is cancelled it is stopped, and the answer waits for the stop. */
import type { JsonObject } from "../base/json.ts";
import type { Handle } from "../handle/handle.ts";
import { byWhom } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import type { Call } from "../session/call.ts";
import { runningAnswer } from "./answer.ts";
import { whoCancelled } from "./cancelled-answer.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";
import { type CarriedReport, type WaitResult, waitForReport } from "./wait-for-report.ts";

/** For tools that run something in front: the 2 s of the stop, and as much again as any tool has to answer. */
export const runningUnwindMs = 3_000;

export interface InFront {
  readonly handle: Handle;
  /** Under which the answer carries the report. */
  readonly claimId: string;
  /** False for what lives on whatever becomes of the call: it is in the background, or another call's. */
  readonly owned: boolean;
}

export type Unwound =
  | { readonly kind: "ended"; readonly carried: CarriedReport }
  /** Not in time: its report comes to the inbox. */
  | { readonly kind: "stopping" }
  | { readonly kind: "goes_on" };

type Caller = Pick<ToolContext, "session" | "call">;

/** What there is to answer after the wait for its report. */
export async function unwind(waited: WaitResult, inFront: InFront, { session, call }: Caller): Promise<Unwound> {
  if (waited.ended) return { kind: "ended", carried: waited.carried };
  const { handle, claimId, owned } = inFront;
  if (waited.because !== "cancelled" || !owned) return { kind: "goes_on" };
  const { ladders } = session.parts;
  const cause = { kind: "cancel", ...whoCancelled(call) } as const;
  // The ladder promises 2 s; nobody is kept longer by one that cannot keep to it. Registered before the stop: the answer is to carry it.
  const stopped = waitForReport(handle, { session, call: null, ms: ladders.cancel.deadlineMs, claimId });
  handle.requestStop(cause, ladders.cancel);
  void call.forced.then(() => handle.requestStop(cause, ladders.kill));
  const end = await stopped;
  return end.ended ? { kind: "ended", carried: end.carried } : { kind: "stopping" };
}

/** The cancel of the call is what ended it; what ended by itself in that moment has its real result. */
export function wasCancelled({ endedBy }: Report, { cancelled }: Call): boolean {
  return cancelled !== null && endedBy.kind === "cancel";
}

/** What it has printed until now, and where the rest will be. */
export async function stoppingAnswer(
  handle: Handle,
  { session, call }: Caller,
  extra: JsonObject = {},
): Promise<ToolAnswer> {
  const facts = [`cancelled ${byWhom(whoCancelled(call))}`, "its end takes longer than 2 s"];
  const answer = await runningAnswer(handle, session, {
    facts,
    extra: { ...extra, status: "cancelled", stopping: true },
  });
  return { ...answer, status: "cancelled" };
}
