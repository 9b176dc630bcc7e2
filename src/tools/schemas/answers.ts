/** The answers that several tools give: how something ended, or how it stands. */
import { z } from "zod";
import { activity } from "./activity.ts";
import { resultHandle } from "./findings.ts";
import { readiness } from "./readiness.ts";
import { record } from "./record.ts";
import { type EndedStatus, endedStatus, report } from "./report.ts";
import { snapshot } from "./snapshot.ts";
import { anyObject, vocabulary } from "./words.ts";

const whoCancelled = z
  .object({ by: z.string(), reason: z.string().nullable() })
  .meta({ id: "cancelled", description: "The call was cancelled: by whom and why." });

const echo = {
  policy_context: anyObject.optional().describe("As the caller gave it."),
  snapshot_binding: anyObject.optional().describe("As the caller gave it."),
};

const waitCancelled = z.literal(true).optional().describe("Only the wait was cancelled: it goes on.");

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
    feedback_kind: z.literal("tool_progress").optional(),
    result_handle: resultHandle.optional(),
    ready: readiness.optional(),
    wait_cancelled: waitCancelled,
    ...echo,
  })
  .meta({ id: "running", description: "It goes on: this is how it stands." });

/** What one host knows of a handle of another. */
export const elsewhere = record
  .extend({
    status: z.literal("running"),
    completed: z.literal(false),
    timed_out: z.literal(false),
    wait_cancelled: waitCancelled,
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
