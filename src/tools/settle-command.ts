/** The answer of a command that was started: its result when it comes in time, else how it stands. */
import type { JsonObject } from "../base/json.ts";
import type { Handle } from "../handle/handle.ts";
import { deliveryOf, endedAnswer, goesOn, runningAnswer } from "./answer.ts";
import { endedUnready, stillRunning } from "./ready-answer.ts";
import { readyFacts } from "./ready-text.ts";
import type { RunCommandInput } from "./run-command-input.ts";
import { waitMsOf } from "./run-command-request.ts";
import { stoppingAnswer, unwind, wasCancelled } from "./stop-with-call.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";
import { type ReadyWait, waitForReady } from "./wait-for-ready.ts";
import { waitForReport } from "./wait-for-report.ts";

export interface ToSettle {
  readonly handle: Handle;
  readonly claimId: string;
  /** Another call had started it. */
  readonly joined: boolean;
  readonly input: RunCommandInput;
}

export async function settle(
  { handle, claimId, joined, input }: ToSettle,
  { session, call, streams }: ToolContext,
): Promise<ToolAnswer> {
  // The wait for readiness has a deadline of its own.
  const ms = input.ready === undefined ? waitMsOf(input) : Number.POSITIVE_INFINITY;
  using ready = waitForReady(handle, input, session);
  const until = streams.onReady === undefined ? ready?.outcome : undefined;
  if (streams.onReady !== undefined) tellReady(ready, streams.onReady);
  const waited = await waitForReport(handle, { session, call, ms, claimId, until });
  // While the call is blocked the command is the call's own.
  const now = await unwind(waited, { handle, claimId, owned: ms > 0 && !joined }, { session, call });
  const echo = echoOf(input);
  if (now.kind === "stopping") return stoppingAnswer(handle, { session, call }, echo);
  if (now.kind === "ended") {
    const { report } = now.carried;
    const { stdout, stderr } = input.capture ?? { stdout: true, stderr: true };
    const isBackground = input.background_after_ms !== undefined || ready !== null;
    const extra: JsonObject = { ...echo, ...(isBackground ? { feedback_kind: "tool_result" } : {}) };
    const status = wasCancelled(report, call) ? { status: "cancelled" } : {};
    const answer = endedAnswer(report, { ...deliveryOf(now.carried), inline: { stdout, stderr }, extra, ...status });
    return endedUnready(answer, ready);
  }
  const feedback: JsonObject = ms > 0 ? { feedback_kind: "tool_progress" } : {};
  const more = await stillRunning(ready);
  const running = await runningAnswer(handle, session, { ...more, extra: { ...echo, ...feedback, ...more.extra } });
  const waitOnly = joined && ms > 0 && call.cancelled !== null;
  return waitOnly ? { ...running, givenUp: goesOn(handle) } : running;
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

/** What the caller wants back as it came. */
function echoOf(input: RunCommandInput): JsonObject {
  return {
    ...(input.policy_context === undefined ? {} : { policy_context: input.policy_context }),
    ...(input.snapshot_binding === undefined ? {} : { snapshot_binding: input.snapshot_binding }),
  };
}
