/** The answers that several tools give: how something ended, or how it stands. */
import { z } from "zod";
import { activity } from "./activity.ts";
import { unwound, whoCancelled } from "./cancelled.ts";
import { resultHandle } from "./findings.ts";
import { readiness } from "./readiness.ts";
import { record } from "./record.ts";
import { type EndedStatus, endedStatus, report } from "./report.ts";
import { snapshot } from "./snapshot.ts";
import { anyObject, milliseconds, vocabulary } from "./words.ts";

const echo = {
  policy_context: anyObject.optional().describe("As the caller gave it."),
  snapshot_binding: anyObject.optional().describe("As the caller gave it."),
};

/** A report, as the answer that delivers it says it. */
export const ended = report
  .extend({
    status: vocabulary<EndedStatus | "cancelled">({ ...endedStatus, cancelled: "the call that waited for it was" }),
    completed: z.literal(true),
    feedback_kind: z.literal("tool_result").optional(),
    cancelled: whoCancelled.optional(),
    ready: readiness.optional(),
    ...echo,
  })
  .meta({ id: "ended", description: "It has ended: this is its report." });

export const running = snapshot
  .extend({
    ...unwound,
    feedback_kind: z.literal("tool_progress").optional(),
    result_handle: resultHandle.optional(),
    ready: readiness.optional(),
    ...echo,
  })
  .meta({ id: "running", description: "It goes on: this is how it stands." });

/** What one host knows of a handle of another. */
const elsewhere = record
  .extend({
    status: unwound.status,
    completed: z.literal(false),
    timed_out: z.literal(false),
    cancelled: unwound.cancelled,
    wait_cancelled: unwound.wait_cancelled,
    duration_ms: milliseconds.optional().describe("Of the call, when it was cancelled."),
  })
  .meta({ id: "elsewhere", description: "It runs under another host: this is what is recorded of it." });

/** Of a call that starts something. */
export const started = z.union([ended, running]);

/** Of a call that waits for something, wherever it runs. */
export const waited = z.union([ended, running, elsewhere]);

export const listed = record
  .extend({
    activity: activity.nullable().optional().describe("Of a command that runs under this host."),
    progress: anyObject.optional().describe("How far an operation is, as it last said."),
  })
  .meta({ id: "listed_handle" });
