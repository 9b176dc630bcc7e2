/** A built-in operation as the answer of a call: its result when it is waited for, a handle at once in the background. */
import { z } from "zod";
import type { Json, JsonObject } from "../../base/json.ts";
import type { OperationFunction, ResultBrief } from "../../handle/operation.ts";
import { operationRequest } from "../../session/operations.ts";
import { deliveryOf, endedAnswer, goesOn, runningAnswer } from "../answer.ts";
import { type StartedHandle, startHandle } from "../start-handle.ts";
import { stoppingAnswer, unwind, wasCancelled } from "../stop-with-call.ts";
import type { ToolAnswer, ToolContext } from "../tool.ts";
import { waitForReport } from "../wait-for-report.ts";

/** The fields that every built-in operation has. */
export const operationFields = {
  background: z.boolean().optional().describe("Answer at once with a handle; the result arrives in the inbox."),
  long_running: z.boolean().optional().describe("The same as background, and wins over it."),
  timeout_ms: z.int().min(0).optional().describe("Ends it. 0 or absent: no limit."),
  progress_interval_ms: z.int().min(0).optional().describe("Post progress to the inbox, first after this."),
  label: z.string().min(1).max(200).optional().describe("Shown in lists and results."),
};

export interface OperationInput {
  readonly background?: boolean | undefined;
  readonly long_running?: boolean | undefined;
  readonly timeout_ms?: number | undefined;
  readonly progress_interval_ms?: number | undefined;
  readonly label?: string | undefined;
}

export interface BuiltIn {
  readonly name: string;
  readonly descriptor: string;
  readonly run: OperationFunction;
  /** Of what it returned. */
  readonly brief: (value: Json) => ResultBrief;
}

/** Rejects as `supervisor.start` does. */
export async function runOperation(
  { name, descriptor, run, brief }: BuiltIn,
  input: OperationInput,
  context: ToolContext,
): Promise<ToolAnswer> {
  const { session, call, requestId } = context;
  const operation = operationRequest(session, name, run, {
    descriptor,
    ...(input.label === undefined ? {} : { label: input.label }),
    ...(call.id === null ? {} : { callId: call.id }),
    ...(requestId === undefined ? {} : { requestId }),
    timeoutMs: input.timeout_ms ?? 0,
    progressIntervalMs: input.progress_interval_ms ?? 0,
  });
  const started = await startHandle({ ...operation, brief }, context);
  if (started.kind === "repeated") return started.answer;
  const ms = (input.long_running ?? input.background ?? false) ? 0 : Number.POSITIVE_INFINITY;
  return settleOperation(started, ms, context);
}

async function settleOperation(
  { handle, claimId, joined }: Extract<StartedHandle, { kind: "started" }>,
  ms: number,
  { session, call }: ToolContext,
): Promise<ToolAnswer> {
  const waited = await waitForReport(handle, { session, call, ms, claimId });
  const now = await unwind(waited, { handle, claimId, owned: ms > 0 && !joined }, { session, call });
  if (now.kind === "stopping") return stoppingAnswer(handle, { session, call });
  if (now.kind === "ended") {
    const { carried } = now;
    const status = wasCancelled(carried.report, call) ? { status: "cancelled" } : {};
    return endedAnswer(carried.report, { ...deliveryOf(carried), ...status });
  }
  const running = await runningAnswer(handle, session, { extra: ms === 0 ? atOnce : {} });
  return ms > 0 && call.cancelled !== null ? { ...running, givenUp: goesOn(handle) } : running;
}

/** The contract of an answer that did not wait. */
const atOnce: JsonObject = { duration_ms: 0 };
