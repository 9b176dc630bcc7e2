/** What each method answers, by name. For the published schemas: no method imports it. */
import { z } from "zod";
import type { CancelStatus } from "../session/cancel-call.ts";
import { message } from "../tools/schemas/message.ts";
import { report } from "../tools/schemas/report.ts";
import { anyObject, count, vocabulary } from "../tools/schemas/words.ts";

const pending = count.describe("Unread messages a moment ago, progress included.");

const claim = z.union([
  z
    .object({ claim_id: z.null(), messages: z.array(message).max(0), text: z.literal(""), pending })
    .meta({ id: "nothing" }),
  z
    .object({
      claim_id: z.string(),
      messages: z.array(message).describe("With records: true the library's own, which have no schema."),
      text: z.string().describe("For the model."),
      redelivered: z.boolean().describe("It was claimed before, and never acknowledged."),
      pending,
    })
    .meta({ id: "claim" }),
]);

const tool = z.object({
  name: z.string(),
  description: z.string(),
  input_schema: anyObject.describe("JSON Schema, draft 2020-12."),
});

export const methodResults: Readonly<Record<string, z.ZodType>> = {
  initialize: z.object({
    protocol_version: z.string(),
    server: z.object({ name: z.string(), version: z.string() }),
    capabilities: z.object({
      approval: z.boolean().describe("It asks before a command, when the client answers."),
      receipts: z.boolean().describe("It waits for $/received, when the client sends it."),
    }),
  }),
  "session/open": z.object({
    session_id: z.string(),
    parent_session_id: z.string().nullable(),
    ends_with_connection: z.boolean(),
    reader_epoch: z.int().min(1).describe("Counts those who attached to the session; greater with each."),
  }),
  "session/close": z.object({
    reports: z
      .array(report)
      .describe("Of what was stopped: this is their delivery. With records: true the library's own."),
  }),
  "session/move_to_background": z.object({ moved: z.boolean() }),
  "session/cancel_tool_call": z.object({
    status: vocabulary<CancelStatus>({
      cancelled: "by this request",
      already_cancelled: "somebody was faster",
      not_found: "no such call is in flight",
      timeout: "cancelled, and not answered within timeout_ms",
    }),
    call_id: z.string(),
    tool: z.string().nullable().describe("Null when there is no such call."),
    reason: z.string().nullable().describe("Of the first who cancelled it."),
  }),
  "session/calls": z.object({
    calls: z.array(
      z.object({
        call_id: z.string().nullable().describe("Null for a call that nobody can name."),
        tool: z.string(),
        cancelled: z
          .object({ by: z.string(), reason: z.string().nullable() })
          .nullable()
          .describe("Who cancelled it and why; null while nobody did."),
      }),
    ),
  }),
  "session/digest": z.object({ text: z.string() }),
  "tool/list": z.object({ tools: z.array(tool) }),
  "tool/call": z.object({
    status: z.string().describe("completed, running, timed_out, killed, cancelled, ok, …"),
    text: z.string().describe("For the model."),
    data: anyObject.describe("By the schema of the tool's output."),
  }),
  "host/call": anyObject.describe("By the schema of the operation's result."),
  "inbox/claim": claim,
  "inbox/ack": z.object({ acked: z.boolean(), pending }),
  "inbox/release": z.object({ released: z.boolean(), pending }),
  "inbox/subscribe": z.object({ unread: count.describe("Results and notices."), claimed: count, pending }),
  "inbox/unsubscribe": z.object({}),
};
