/**
 * What each tool answers (`data` of its result), by name: for the published schemas and for adapters that describe answers. A tool does
 * not import it: most programs never ask.
 */
import { z } from "zod";
import type { CancelStatus } from "../../session/cancel-call.ts";
import { activity } from "./activity.ts";
import { ended, listed, started, waited } from "./answers.ts";
import { orCancelled, waitCancelled, whoCancelled } from "./cancelled.ts";
import { resultHandle, testCase, testPage } from "./findings.ts";
import { handleNames } from "./handle.ts";
import { message } from "./message.ts";
import { globbed, walked } from "./operations.ts";
import { outputRead, outputWaited, written } from "./output-answers.ts";
import { count, handleId, milliseconds, vocabulary } from "./words.ts";

const inspected = z.object({
  result_handle: resultHandle,
  handle_id: handleId,
  alias: handleNames.alias,
  ...testPage,
  tests: z.array(testCase),
  offset: count,
  total: count.describe("Of those that were asked for."),
  next_offset: count.nullable().describe("Where to go on; null at the end."),
});

const cancelled = z.union([
  z.object({
    handle_id: handleId,
    alias: handleNames.alias,
    cancelled: z.boolean().describe("False when it had ended, or was being stopped already."),
    result: ended.optional().describe("How it ended, when that is known."),
    activity: activity.nullable().optional().describe("What it still does after wait_result_ms."),
  }),
  z.object({
    handle_id: handleId,
    alias: handleNames.alias,
    status: z.literal("cancelled"),
    cancelled: whoCancelled,
    wait_cancelled: z.literal(true).describe("Only the wait for the result was cancelled."),
    stopping: z.literal(true).describe("The handle ends all the same."),
    duration_ms: milliseconds.describe("Of the call."),
  }),
]);

const callCancelled = z.object({
  status: vocabulary<CancelStatus>({
    cancelled: "",
    already_cancelled: "somebody was first",
    not_found: "no call with this id is in flight",
    timeout: "it is cancelled, and was not answered within timeout_ms",
  }),
  call_id: z.string(),
  tool: z.string().nullable().describe("Null when there is no such call."),
  reason: z.string().nullable().describe("Of the first who cancelled it."),
  cancelled: whoCancelled.optional().describe("This call was itself cancelled while it waited."),
  wait_cancelled: waitCancelled,
  duration_ms: milliseconds.optional().describe("Of this call, when it was cancelled."),
});

const drained = z.object({
  claim_id: z.string().optional().describe("Absent when there was nothing."),
  messages: z.array(message),
  remaining: count.describe("Unread ones that are left."),
});

export const toolOutputs: Readonly<Record<string, z.ZodType>> = orCancelled({
  run_command: started,
  run_test: started,
  run_build_command: started,
  inspect_test_results: inspected,
  wait_command: waited,
  wait_command_output: outputWaited,
  read_command_output: outputRead,
  write_stdin: written,
  cancel_handle: cancelled,
  list_handles: z.object({ handles: z.array(listed) }),
  walk_dir: walked,
  glob: globbed,
  drain_inbox: drained,
  cancel_in_flight_tool_call: callCancelled,
});
