/** What each operation of the process capability answers, by name. For the published schemas: no operation imports it. */
import { z } from "zod";
import { activity } from "../tools/schemas/activity.ts";
import { ended, running } from "../tools/schemas/answers.ts";
import { orCancelled, unwound, whoCancelled } from "../tools/schemas/cancelled.ts";
import { startedAt } from "../tools/schemas/handle.ts";
import { endedBy } from "../tools/schemas/report.ts";
import { bytes, handleId, milliseconds, pid, timestamp, vocabulary } from "../tools/schemas/words.ts";
import type { EndedStatus } from "./process-receipt.ts";

const exitCode = z.int().describe("-1 when it was ended, by us or by a signal.");
const command = z.string().describe("As people would type it.");
const utf8Valid = z.boolean().nullable().describe("Null when it was not looked at as a whole.");

const endedStatus = vocabulary<EndedStatus>({
  exited: "it ended by itself",
  killed: "somebody ended it",
  timed_out: "its own time limit did",
});

const whole = {
  stdout: z.string().describe("Up to 1 MiB: beyond that both ends."),
  stderr: z.string(),
  truncated: z.boolean(),
  omitted_bytes: bytes,
};

const endedProcess = z
  .object({
    handle_id: handleId,
    status: endedStatus,
    running: z.literal(false),
    command,
    started_at: startedAt,
    ended_at: timestamp,
    duration_ms: milliseconds,
    pid: pid.nullable(),
    exit_code: exitCode,
    signal: z.string().nullable(),
    timed_out: z.boolean(),
    ended_by: endedBy,
  })
  .meta({ id: "ended_process" });

const ofCall = milliseconds.optional().describe("Of the call, when it was cancelled.");

const runs = { handle_id: handleId, status: z.literal("running"), running: z.literal(true) };

const runningProcess = z.object({
  ...runs,
  command,
  started_at: startedAt,
  ended_at: z.null(),
  pid: pid.nullable(),
  exit_code: z.null(),
  signal: z.null(),
  timed_out: z.literal(false),
  activity: activity.nullable(),
});

const exec = z.union([
  ended
    .extend({
      handle_id: z.null(),
      exit_code: exitCode,
      exit_status: exitCode,
      legacy_status: exitCode,
      success: z.boolean(),
      ...whole,
      combined: z.string().describe("Both in the order in which they came."),
      stdout_utf8_valid: utf8Valid,
      stderr_utf8_valid: utf8Valid,
      output: z.enum(["kept", "expired", "unreadable"]),
    })
    .meta({ id: "executed" }),
  running.describe("The call was moved to the background, or cancelled and the command is not over yet."),
]);

const spawn = z.union([
  z.object({ ...runs, pid, started_at: startedAt, command }).meta({ id: "spawned" }),
  endedProcess.extend({ status: z.literal("cancelled"), cancelled: whoCancelled }).meta({ id: "never_started" }),
]);

/** From the cursors on. Of one that was evicted only how it ended is known. */
const page = {
  stdout: z.string().describe("From the cursor on, at most 1 MiB."),
  stderr: z.string(),
  stdout_next_offset: bytes.optional().describe("The next cursor. Absent of one that was evicted."),
  stdout_total_bytes: bytes.nullable().optional(),
  stdout_eof: z.boolean().optional(),
  stderr_next_offset: bytes.optional(),
  stderr_total_bytes: bytes.nullable().optional(),
  stderr_eof: z.boolean().optional(),
  output: z.enum(["kept", "expired", "evicted"]),
};

const poll = z.union([
  runningProcess.extend(page).meta({ id: "running_with_output" }),
  endedProcess.extend(page).meta({ id: "ended_with_output" }),
]);

const wait = z.union([
  endedProcess.extend({ ...whole, output: page.output }).meta({ id: "ended_with_output" }),
  z
    .object({
      ...runs,
      status: unwound.status,
      timed_out: z.boolean(),
      cancelled: unwound.cancelled,
      wait_cancelled: unwound.wait_cancelled,
      duration_ms: ofCall,
      activity: activity.nullable(),
    })
    .meta({ id: "still_running" }),
]);

const kill = z.union([
  z
    .object({
      handle_id: handleId,
      success: z.literal(true),
      status: endedStatus,
      exit_code: exitCode,
      signal: z.string().nullable(),
    })
    .meta({ id: "killed" }),
  z
    .object({
      handle_id: handleId,
      success: z.literal(false),
      ...unwound,
      stopping: z.literal(true).optional().describe("It ends all the same."),
      duration_ms: ofCall,
    })
    .meta({ id: "not_yet" }),
]);

const shell = z
  .object({
    id: z.string(),
    label: z.string(),
    path: z.string(),
    platform: z.string(),
    available: z.boolean(),
    supports_login: z.boolean(),
    supports_interactive: z.boolean(),
    default_args: z.array(z.string()),
    login_args: z.array(z.string()),
    source: z.string().describe("Who knows of it."),
  })
  .meta({ id: "shell" });

export const operationResults: Readonly<Record<string, z.ZodType>> = orCancelled({
  exec,
  spawn,
  poll,
  wait,
  kill,
  release: z.object({ handle_id: handleId, released: z.boolean().describe("False when there was none.") }),
  list_shells: z.object({ shells: z.array(shell), default_shell_id: z.string().nullable() }),
  get_default_shell: shell,
  set_default_shell: shell,
  shell_invocation: z.object({
    program: z.string(),
    args: z.array(z.string()),
    command_arg_index: z.int(),
    shell,
  }),
});
