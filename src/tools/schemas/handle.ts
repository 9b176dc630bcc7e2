/** What every answer about a handle says of it: which one, what it runs, where. */
import { z } from "zod";
import { alias, handleId, pid, timestamp } from "./words.ts";

export const handleNames = {
  handle_id: handleId,
  alias,
  call_id: z.string().nullable().describe("The caller's id of the call that started it."),
  label: z.string().nullable().describe("As the caller named it."),
};

export const whatRuns = {
  command: z.string().nullable().describe("As people would type it. Null for an operation."),
  operation: z.string().optional().describe("Name of an operation (walk_dir); absent for a command."),
  command_or_op_descriptor: z.string().describe("The command, or what the operation does, for people."),
  cwd: z.string().nullable().describe("Null for an operation."),
};

export const processNames = {
  pid: pid.nullable().describe("Null when it never started, and for an operation."),
  process_group_id: pid.nullable().describe("Null when it never started, and for an operation."),
};

export const commandId = z.string().nullable().describe("cmd_…; null for an operation.");

export const startedAt = timestamp.describe("ISO 8601, UTC.");

export const schemaVersion = z.literal(1).describe("Of the payload.");

/** What is shown of the output, and where all of it is. */
export const printed = {
  stdout: z.string().describe("Head and tail, when it is long. Everything printed, for merged streams."),
  stderr: z.string().describe("Head and tail, when it is long. Empty for merged streams."),
  screen: z.string().optional().describe("What its terminal shows, when a program has drawn on it."),
  truncated: z.boolean().describe("What is shown is not all."),
  omitted_bytes: z.int().min(0).describe("Of stdout and stderr, left out of what is shown."),
  merged_stderr: z.boolean().describe("stderr is in stdout, in exact order."),
  output_path: z
    .string()
    .nullable()
    .describe("Artifact with all output in the order it came; null when there is none."),
  stdout_path: z.string().nullable().describe("Artifact with all of stdout; null when there is none."),
  stderr_path: z
    .string()
    .nullable()
    .describe("Artifact with all of stderr; null when there is none, as for merged streams."),
};
