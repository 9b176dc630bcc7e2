/** `poll`, `wait`, `kill`, `release`: what can be done with a process by its handle. */
import { z } from "zod";
import { timestamp } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import { planArtifacts } from "../output/artifacts.ts";
import { activityToWire } from "../tools/activity-wire.ts";
import { waitForReport } from "../tools/wait-for-report.ts";
import { defineOperation, type OperationContext } from "./operation.ts";
import { timeoutOf, timeouts } from "./process-input.ts";
import { pageOf, wholeText } from "./process-output.ts";
import { endedToWire, type ProcessReceipt } from "./process-receipt.ts";
import type { FoundProcess, SpawnedProcess } from "./session-processes.ts";

const handleId = z.string().min(1);
const cursor = z.int().min(0).default(0).describe("Byte to go on from: the next_offset of the answer before.");

export const poll = defineOperation({
  name: "poll",
  params: z.strictObject({ handle_id: handleId, stdout_offset: cursor, stderr_offset: cursor }),
  run: async ({ handle_id: id, stdout_offset: stdoutOffset, stderr_offset: stderrOffset }, context) => {
    // How it stands is looked at before its output: of one that had ended, the output is all there is.
    const found = context.processes.find(id);
    const standing =
      found.receipt === null ? await runningToWire(found.process, context) : told(found.receipt, context);
    if (found.where === "evicted") return { ...standing, ...noOutput, output: "evicted" };
    const common = { directory: directoryOf(id, context), growing: found.receipt === null };
    const stdout = await pageOf({ ...common, stream: "stdout", offset: stdoutOffset });
    const stderr = await pageOf({ ...common, stream: "stderr", offset: stderrOffset });
    const output = stdout.kept && stderr.kept ? "kept" : "expired";
    return { ...standing, ...stdout.fields, ...stderr.fields, output };
  },
});

export const wait = defineOperation({
  name: "wait",
  params: z.strictObject({ handle_id: handleId, ...timeouts }),
  run: async (params, context) => {
    const found = context.processes.find(params.handle_id);
    const ms = timeoutOf(params) ?? Number.POSITIVE_INFINITY;
    const receipt = await endOf(found, ms, context);
    if (receipt !== null) return { ...told(receipt, context), ...(await outputOf(found, context)) };
    const cancelled = context.call.cancelled !== null;
    return {
      handle_id: params.handle_id,
      ...(cancelled ? { status: "cancelled", wait_cancelled: true } : { status: "running" }),
      running: true,
      timed_out: !cancelled,
      activity: found.where === "running" ? await activityOf(found.process, context) : null,
    };
  },
});

/** Beyond the 2 s within which a cancel ends everything: room for the report to be recorded. */
const killPatienceMs = 5_000;

export const kill = defineOperation({
  name: "kill",
  params: z.strictObject({
    handle_id: handleId,
    reason: z.string().max(1_000).optional().describe("For whoever reads how it ended."),
  }),
  run: async ({ handle_id: id, reason = null }, context) => {
    const found = context.processes.find(id);
    if (found.receipt === null) stop(found.process, reason, context);
    const receipt = await endOf(found, killPatienceMs, context);
    if (receipt === null) {
      const cancelled = context.call.cancelled !== null;
      const state = cancelled ? { status: "cancelled", wait_cancelled: true, stopping: true } : { status: "running" };
      return { handle_id: id, success: false, ...state };
    }
    const { status, exit_code: exitCode, signal } = told(receipt, context);
    return {
      handle_id: id,
      success: true,
      status: status ?? null,
      exit_code: exitCode ?? null,
      signal: signal ?? null,
    };
  },
});

export const release = defineOperation({
  name: "release",
  params: z.strictObject({ handle_id: handleId }),
  run: async ({ handle_id: id }, context) => ({ handle_id: id, released: letGoOf(id, context) }),
});

/** Whoever let go of it does not wait for it: it ends within the bounds of any cancel, at the latest with its session. */
export function letGoOf(id: string, context: OperationContext): boolean {
  const found = context.processes.release(id);
  if (found?.receipt === null) stop(found.process, "released", context);
  return found !== null;
}

function stop({ handle }: SpawnedProcess, reason: string | null, { session }: OperationContext): void {
  handle.requestStop({ kind: "cancel", by: "agent", reason }, session.parts.ladders.cancel);
}

/** Null when it runs on after `ms`, or when the call was cancelled: the process is left alone by that. */
async function endOf(
  found: FoundProcess,
  ms: number,
  { session, call }: OperationContext,
): Promise<ProcessReceipt | null> {
  if (found.receipt !== null) return found.receipt;
  const { handle, ended } = found.process;
  const waited = await waitForReport(handle, { session, call, ms });
  return waited.ended ? ended : null;
}

/** The answer says how it ended: from then on somebody knows. */
function told(receipt: ProcessReceipt, { processes }: OperationContext): JsonObject {
  processes.observed(receipt);
  return endedToWire(receipt);
}

async function activityOf({ handle }: SpawnedProcess, { session }: OperationContext): Promise<JsonObject | null> {
  return activityToWire(await handle.activity(session.parts.clock));
}

async function runningToWire(process: SpawnedProcess, context: OperationContext): Promise<JsonObject> {
  const { handle } = process;
  return {
    handle_id: handle.id,
    status: "running",
    running: true,
    command: handle.facts.command,
    started_at: timestamp(handle.startedAt),
    ended_at: null,
    pid: handle.child?.pid ?? null,
    exit_code: null,
    signal: null,
    timed_out: false,
    activity: await activityOf(process, context),
  };
}

const noOutput: JsonObject = { stdout: "", stderr: "" };

async function outputOf(found: FoundProcess, context: OperationContext): Promise<JsonObject> {
  if (found.where === "evicted") return { ...noOutput, truncated: false, omitted_bytes: 0, output: "evicted" };
  const directory = directoryOf(found.process.handle.id, context);
  const stdout = await wholeText(directory, "stdout");
  const stderr = await wholeText(directory, "stderr");
  const omitted = stdout.omittedBytes + stderr.omittedBytes;
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    truncated: omitted > 0,
    omitted_bytes: omitted,
    output: stdout.kept && stderr.kept ? "kept" : "expired",
  };
}

function directoryOf(id: string, { session }: OperationContext): string {
  return planArtifacts(session.parts.artifactsRoot, id, false).directory;
}
