/** A handle that runs, as it is now. */
import { z } from "zod";
import type { Phase } from "../../handle/lifecycle.ts";
import { activity } from "./activity.ts";
import { commandId, handleNames, printed, processNames, schemaVersion, startedAt, whatRuns } from "./handle.ts";
import { anyObject, bytes, count, milliseconds, vocabulary } from "./words.ts";

export const phase = vocabulary<Phase>({
  starting: "",
  running: "",
  draining: "it ended, its last output is being read",
  stopping: "somebody asked for the end",
  closing: "nobody is left, the report is being recorded",
  ended: "",
});

export const snapshot = z
  .object({
    schema_version: schemaVersion,
    command_id: commandId,
    ...handleNames,
    status: z.literal("running"),
    phase,
    completed: z.literal(false),
    ...whatRuns,
    ...processNames,
    started_at: startedAt,
    ended_at: z.null(),
    duration_ms: milliseconds.describe("Since the start. 0 in an answer that did not wait for an operation."),
    exit_code: z.null(),
    signal: z.null(),
    timed_out: z.literal(false),
    ...printed,
    byte_count: bytes.describe("Of all output until now."),
    stderr_byte_count: bytes,
    line_count: count,
    output_offset: bytes.describe("Where output goes on: for read_command_output."),
    output_sha256: z.null(),
    silence_ms: milliseconds.describe("Since it printed last."),
    activity: activity.nullable(),
    progress: anyObject.nullable().optional().describe("How far an operation is, as it last said."),
  })
  .meta({ id: "snapshot", description: "A command or an operation that runs, as it is now." });
