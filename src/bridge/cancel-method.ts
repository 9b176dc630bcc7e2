/** `session/cancel_tool_call`: one call, whoever waits for it and whatever else runs. */
import { z } from "zod";
import { cancelCall } from "../session/cancel-call.ts";
import { defineMethod, type Method } from "./method.ts";
import { callId, sessionId } from "./params.ts";

/** As in the library, where a longer one is cut. */
const maxByCharacters = 1_000;
/** What the reminder and the answer of the call quote. */
const maxReasonCharacters = 10_000;

export const cancelToolCall: Method = defineMethod({
  name: "session/cancel_tool_call",
  description: "Cancels one call that is in flight, and nothing else. Also as a notification.",
  params: z.strictObject({
    session_id: sessionId,
    tool_call_id: callId.describe("The call_id of the call."),
    by: z.string().max(maxByCharacters).default("client").describe("Who cancels, for the reminder and the answer."),
    reason: z
      .string()
      .max(maxReasonCharacters)
      .optional()
      .describe("Told in the answer of that call, and in the inbox."),
    inject_reminder: z.boolean().default(true).describe("The inbox says which call was cancelled, by whom and why."),
    force: z
      .boolean()
      .default(false)
      .describe("Leaves a command no grace, also when the call is being cancelled already."),
    timeout_ms: z.int().min(0).default(0).describe("Wait this long for the call to be answered. 0: not at all."),
  }),
  aliases: { call_id: "tool_call_id" },
  control: {
    hasTarget: ({ session_id: id, tool_call_id: call }, { sessions }) =>
      sessions.peek(String(id))?.session.parts.calls.get(String(id), String(call)) !== undefined,
  },
  run: async (params, { connection, isNotification }) => {
    const { session_id: id, tool_call_id: call, by, reason = null, inject_reminder: injectReminder, force } = params;
    // Of an open session in the same tick.
    const { session } = connection.sessions.peek(id) ?? (await connection.sessions.get(id));
    if (session.parts.calls.get(id, call) === undefined) await connection.starting.begun(id, call);
    // Nobody waits for the answer to a notification.
    const timeoutMs = isNotification ? 0 : params.timeout_ms;
    const outcome = await cancelCall(session, call, { by, reason, injectReminder, timeoutMs, force });
    return { result: { status: outcome.status, call_id: call, tool: outcome.tool, reason: outcome.reason } };
  },
});
