/** `cancel_in_flight_tool_call`: cancels one other call of the session, in the way in which everybody does. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { duration, plain, quoted } from "../handle/plain.ts";
import { type CancelOutcome, cancelCall } from "../session/cancel-call.ts";
import { checkSession, sessionField } from "./session-field.ts";
import { defineTool, type ToolAnswer } from "./tool.ts";

/** A stop takes 2 s at most; the rest is for an answer on a busy machine. */
const defaultTimeoutMs = 5_000;

export const cancelInFlightToolCall = defineTool({
  name: "cancel_in_flight_tool_call",
  description:
    "Cancel one tool call that has not been answered yet, by its call id, and nothing else: a command that it runs in front is stopped, a wait is " +
    "given up, what runs in the background goes on. Answers cancelled, already_cancelled, not_found or timeout.",
  input: z.strictObject({
    call_id: z.string().min(1).describe("The caller's own id of the call."),
    session_id: sessionField,
    reason: z.string().max(1_000).optional().describe("For whoever reads the answer of that call."),
    inject_reminder: z
      .boolean()
      .default(true)
      .describe("A notice in the inbox says which call was cancelled, by whom and why."),
    timeout_ms: z
      .int()
      .min(0)
      .default(defaultTimeoutMs)
      .describe("Wait this long until that call has been answered; 0: do not wait."),
  }),
  run: async (asked, { session, call }) => {
    checkSession(session, asked.session_id);
    const { call_id: callId, reason = null, inject_reminder: injectReminder, timeout_ms: timeoutMs } = asked;
    if (callId === call.id) {
      throw new LonghandError("invalid_parameter", "call_id: a call cannot cancel itself", {
        param: "call_id",
        details: { expected: "the id of another call", got: callId.slice(0, 60) },
      });
    }
    const target = session.parts.calls.get(session.id, callId, session.reader.readerEpoch);
    const { promise: gaveUp, resolve } = Promise.withResolvers<null>();
    call.signal.addEventListener("abort", () => resolve(null), { once: true });
    const cancelling = cancelCall(session, callId, { by: "agent", reason, injectReminder, timeoutMs });
    const outcome = await Promise.race([cancelling, gaveUp]);
    if (outcome !== null) return answer(callId, outcome, timeoutMs);
    const standing = { tool: target?.tool ?? null, reason: target?.cancelled?.reason ?? null };
    return {
      ...answer(callId, { status: "cancelled", ...standing }, timeoutMs),
      givenUp: "the other call stays cancelled",
    };
  },
});

function answer(callId: string, { status, tool, reason }: CancelOutcome, timeoutMs: number): ToolAnswer {
  const data = { status, call_id: callId, tool, reason };
  const name = `call ${quoted(callId)}`;
  if (tool === null) return { status, data, text: `[${name} is not in flight: it has been answered, or never was]` };
  const verdict = status === "already_cancelled" ? `${name} was cancelled already` : `cancelled ${name}`;
  const late = status === "timeout" ? [`not answered after ${duration(timeoutMs)}`] : [];
  const facts = [verdict, plain(tool), ...(reason === null ? [] : [quoted(reason)]), ...late];
  return { status, data, text: `[${facts.join(" · ")}]` };
}
