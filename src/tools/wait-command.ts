/** `wait_command`: waits for a result without owning the command. */
import { z } from "zod";
import { claimFor, deliveryOf, endedAnswer, goesOn, runningAnswer } from "./answer.ts";
import { elsewhereAnswer, reportFromElsewhere } from "./elsewhere.ts";
import { resolveHandle } from "./resolve-handle.ts";
import { checkSession, sessionField } from "./session-field.ts";
import { defineTool } from "./tool.ts";
import { waitForReport } from "./wait-for-report.ts";

export const waitCommand = defineTool({
  name: "wait_command",
  description:
    "Wait for a command that runs in the background. Answers with its result, or with how it stands when timeout_ms passed. " +
    "Waiting never stops the command.",
  input: z.strictObject({
    handle_id: z.string().min(1).describe("Handle id or alias (h7)."),
    timeout_ms: z.int().min(0).default(0).describe("0 only looks."),
    session_id: sessionField,
  }),
  run: async (input, { session, call }) => {
    checkSession(session, input.session_id);
    const found = await resolveHandle(session, input.handle_id);
    const feedback = { feedback_kind: "tool_result" };
    if (found.where === "here") {
      const waited = await waitForReport(found.handle, { session, call, ms: input.timeout_ms });
      if (waited.ended) return endedAnswer(waited.carried.report, { ...deliveryOf(waited.carried), extra: feedback });
      const running = await runningAnswer(found.handle, session);
      return waited.because === "cancelled" ? { ...running, givenUp: goesOn(found.handle) } : running;
    }
    const { record } = found;
    const report =
      found.where === "ended"
        ? found.report
        : await reportFromElsewhere(session, record, { call, ms: input.timeout_ms });
    if (report === null) {
      const running = elsewhereAnswer(record);
      return call.cancelled === null ? running : { ...running, givenUp: goesOn(record) };
    }
    const claimId = await claimFor(session, record.handleId);
    const claim = claimId === undefined ? {} : { claimId };
    return endedAnswer(report, { ...claim, alias: record.alias, artifacts: record.artifacts, extra: feedback });
  },
});
