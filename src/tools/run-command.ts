/** `run_command`: in the foreground, in the background, or in the background after a while. */

import { isLonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Cause } from "../handle/cause.ts";
import type { Handle } from "../handle/handle.ts";
import { passBytes } from "../session/call-streams.ts";
import type { Call } from "../session/calls.ts";
import { followOutput } from "../session/live-output.ts";
import type { Session } from "../session/session.ts";
import { claimFor, deliveryOf, endedAnswer, runningAnswer } from "./answer.ts";
import { approved } from "./approve.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { type RunCommandInput, runCommandInput } from "./run-command-input.ts";
import { commandOf, requestOf, waitMsOf } from "./run-command-request.ts";
import { defineTool, type ToolAnswer, type ToolContext } from "./tool.ts";
import { type CarriedReport, carriedReport, waitForReport } from "./wait-for-report.ts";

export const runCommand = defineTool({
  name: "run_command",
  description:
    "Run a command. `command` is a shell text, `argv` a program with arguments. In the foreground it answers with the result; " +
    "with background or background_after_ms it answers with a handle and the result arrives in the inbox.",
  input: runCommandInput,
  run: async (asked, context) => {
    const input = await approved(asked, context);
    const { session, call } = context;
    const command = commandOf(input, session.parts, context.streams.stdinFd);
    const request = requestOf(input, command, { session, call, requestId: context.requestId });
    const { supervisor, ledger } = session.parts;
    // The answer carries the report, or the error of a start that failed: either way nothing is left for the inbox.
    const claimId = newId("claim");
    const unwanted = (): Cause | null => call.cancelled && { kind: "cancel", ...call.cancelled };
    const placed = Promise.withResolvers<Handle>();
    let handle: Handle;
    try {
      handle = await supervisor.start(request, { unwanted, answer: claimId, onPlaced: placed.resolve });
    } catch (error) {
      const repeated = await answerOfRepeat(error, session);
      if (repeated !== null) return repeated;
      const ack = (): Promise<boolean> => ledger.ack({ ...session.reader, claimId });
      // The error does not wait for a store that fails; one that was never placed has nothing to acknowledge.
      void placed.promise.then(({ committed }) => committed.then(ack)).catch(() => false);
      throw error;
    }
    follow(handle, context);
    return settle(handle, input, claimId, context);
  },
});

/** The same request was placed before and has ended: its report is the answer again. */
async function answerOfRepeat(error: unknown, session: Session): Promise<ToolAnswer | null> {
  if (!isLonghandError(error) || error.kind !== "conflict" || typeof error.details?.["handle_id"] !== "string")
    return null;
  const found = await resolveHandle(session, error.details["handle_id"]).catch(() => null);
  if (found?.where !== "ended") return null;
  const { record, report } = found;
  const claimId = await claimFor(session, record.handleId);
  const claim = claimId === undefined ? {} : { claimId };
  return endedAnswer(report, { ...claim, alias: record.alias, artifacts: record.artifacts });
}

/** Live output goes on after the call was answered, until the command ends. */
function follow(handle: Handle, { liveOutput, streams, session }: ToolContext): void {
  if (streams.onBytes !== undefined) passBytes(handle, streams.onBytes);
  if (liveOutput === null || handle.recorder === null) return;
  const following = followOutput(handle.recorder, session.parts.clock, liveOutput);
  void handle.ended.then(() => following[Symbol.dispose]());
}

async function settle(
  handle: Handle,
  input: RunCommandInput,
  claimId: string,
  { session, call }: ToolContext,
): Promise<ToolAnswer> {
  const ms = waitMsOf(input);
  const waited = await waitForReport(handle, { session, call, ms, claimId });
  const echo = echoOf(input);
  const capture = input.capture ?? { stdout: true, stderr: true };
  const inline = { stdout: capture.stdout, stderr: capture.stderr };
  const carried = waited.ended
    ? waited.carried
    : await stopIfCancelled(handle, claimId, waited.because, ms, session, call);
  if (carried !== null) {
    const { report } = carried;
    const cancelled = call.cancelled !== null && report.endedBy.kind === "cancel";
    const feedback: JsonObject = input.background_after_ms === undefined ? {} : { feedback_kind: "tool_result" };
    const extra = { ...echo, ...feedback, ...(cancelled ? { cancelled } : {}) };
    const status = cancelled ? { status: "cancelled" } : {};
    return endedAnswer(report, { ...deliveryOf(carried), inline, extra, ...status });
  }
  const feedback: JsonObject = ms > 0 ? { feedback_kind: "tool_progress" } : {};
  return runningAnswer(handle, session, { extra: { ...echo, ...feedback } });
}

/** While the call is blocked the command is the call's own: cancelling the call ends it. Null when it goes on. */
async function stopIfCancelled(
  handle: Handle,
  claimId: string,
  because: "timeout" | "moved" | "cancelled",
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
