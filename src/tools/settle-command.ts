/** The answer of a command that was started: its result when it comes in time, else how it stands. */
import type { JsonObject } from "../base/json.ts";
import type { Handle } from "../handle/handle.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import { deliveryOf, endedAnswer, runningAnswer } from "./answer.ts";
import { endedUnready, stillRunning } from "./ready-answer.ts";
import { readyFacts } from "./ready-text.ts";
import type { RunCommandInput } from "./run-command-input.ts";
import { waitMsOf } from "./run-command-request.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";
import { type ReadyWait, waitForReady } from "./wait-for-ready.ts";
import { type CarriedReport, carriedReport, type GivenUp, waitForReport } from "./wait-for-report.ts";

export interface ToSettle {
  readonly handle: Handle;
  readonly claimId: string;
  readonly input: RunCommandInput;
}

export async function settle(
  { handle, claimId, input }: ToSettle,
  { session, call, streams }: ToolContext,
): Promise<ToolAnswer> {
  // The wait for readiness has a deadline of its own.
  const ms = input.ready === undefined ? waitMsOf(input) : Number.POSITIVE_INFINITY;
  using ready = waitForReady(handle, input, session);
  const until = streams.onReady === undefined ? ready?.outcome : undefined;
  if (streams.onReady !== undefined) tellReady(ready, streams.onReady);
  const waited = await waitForReport(handle, { session, call, ms, claimId, until });
  const echo = echoOf(input);
  const capture = input.capture ?? { stdout: true, stderr: true };
  const inline = { stdout: capture.stdout, stderr: capture.stderr };
  const carried = waited.ended
    ? waited.carried
    : await stopIfCancelled(handle, claimId, waited.because, ms, session, call);
  if (carried !== null) {
    const { report } = carried;
    const cancelled = call.cancelled !== null && report.endedBy.kind === "cancel";
    const isBackground = input.background_after_ms !== undefined || ready !== null;
    const feedback: JsonObject = isBackground ? { feedback_kind: "tool_result" } : {};
    const extra = { ...echo, ...feedback, ...(cancelled ? { cancelled } : {}) };
    const status = cancelled ? { status: "cancelled" } : {};
    const answer = endedAnswer(report, { ...deliveryOf(carried), inline, extra, ...status });
    return endedUnready(answer, ready);
  }
  const feedback: JsonObject = ms > 0 ? { feedback_kind: "tool_progress" } : {};
  const more = await stillRunning(ready);
  return runningAnswer(handle, session, { ...more, extra: { ...echo, ...feedback, ...more.extra } });
}

/** For a caller who wants to know and goes on waiting for the end. */
function tellReady(ready: ReadyWait | null, tell: (facts: readonly string[]) => void): void {
  const told = ready?.outcome.then((readiness) => {
    // That the wait is over is no news of the command.
    if (readiness.ready || readiness.because !== "given_up") tell(readyFacts(readiness, ready.condition));
  });
  // A listener's fault is not the command's, which goes on.
  told?.catch(() => undefined);
}

/** While the call is blocked the command is the call's own: cancelling the call ends it. Null when it goes on. */
export async function stopIfCancelled(
  handle: Handle,
  claimId: string,
  because: GivenUp,
  ms: number,
  session: Session,
  call: Call,
): Promise<CarriedReport | null> {
  if (because !== "cancelled" || ms === 0) return null;
  const { by, reason } = call.cancelled ?? { by: "caller", reason: null };
  const carried = carriedReport(handle, session, claimId);
  const cause = { kind: "cancel", by, reason } as const;
  const { ladders } = session.parts;
  handle.requestStop(cause, ladders.cancel);
  void call.forced.then(() => handle.requestStop(cause, ladders.kill));
  return carried;
}

/** What the caller wants back as it came. */
function echoOf(input: RunCommandInput): JsonObject {
  return {
    ...(input.policy_context === undefined ? {} : { policy_context: input.policy_context }),
    ...(input.snapshot_binding === undefined ? {} : { snapshot_binding: input.snapshot_binding }),
  };
}
