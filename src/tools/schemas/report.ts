/** The final report of a handle: of a command, or of an operation. */
import { z } from "zod";
import { type ErrorKind, errorKinds } from "../../base/errors.ts";
import type { CauseKind, Outcome } from "../../handle/cause.ts";
import type { ArtifactsState } from "../../ledger/ledger.ts";
import { findings } from "./findings.ts";
import { commandId, handleNames, printed, processNames, schemaVersion, startedAt, whatRuns } from "./handle.ts";
import { receipt } from "./receipt.ts";
import { anyObject, bytes, count, milliseconds, timestamp, vocabulary } from "./words.ts";

export type EndedStatus = "completed" | "failed" | "killed" | "timed_out" | "spawn_failed" | "lost";

export const endedStatus = {
  completed: "it ended by itself, whatever its exit code",
  failed: "the function of an operation did",
  killed: "somebody, or a limit, ended it",
  timed_out: "its own time limit did",
  spawn_failed: "it never started",
  lost: "its host died",
} as const satisfies Record<EndedStatus, string>;

export const endedBy = z
  .object({
    cause: vocabulary<CauseKind>({
      exit: "it ended by itself",
      returned: "the function of an operation did",
      threw: "the function of an operation did",
      timeout: "",
      cancel: "",
      output_limit: "",
      session_close: "",
      runtime_close: "",
      spawn_failed: "",
      host_lost: "",
    }),
    by: z.string().describe("user, agent, longhand, …: as whoever asked named itself."),
    reason: z.string().nullable().describe("As whoever asked gave it; null when nobody did."),
  })
  .meta({ id: "ended_by", description: "Why it ended, and who asked for that." });

export const artifactsState = vocabulary<ArtifactsState>({
  kept: "they are on disk",
  expired: "retention freed them",
  none: "there never were any",
});

export const errorKind: z.ZodEnum<{ [Kind in ErrorKind]: Kind }> = z.enum(errorKinds);

export const report = z
  .object({
    schema_version: schemaVersion,
    command_id: commandId,
    ...handleNames,
    status: vocabulary<EndedStatus>(endedStatus),
    outcome: vocabulary<Outcome>({
      exited: "with an exit code",
      signaled: "by a signal that was not ours",
      returned: "of an operation",
      failed: "of an operation",
      timed_out: "",
      cancelled: "",
      output_limit: "",
      spawn_failed: "",
      lost: "",
    }),
    ended_by: endedBy,
    ...whatRuns,
    ...processNames,
    started_at: startedAt,
    ended_at: timestamp.describe("ISO 8601, UTC."),
    duration_ms: milliseconds.describe("From its start to its end."),
    exit_code: z.int().nullable().describe("-1 when a signal ended it, null when nobody knows."),
    signal: z.string().nullable().describe("The one that really ended it: SIGTERM."),
    timed_out: z.boolean().describe("Its own time limit ended it."),
    ...printed,
    artifacts: artifactsState,
    byte_count: bytes.describe("Of all output."),
    line_count: count.describe("Of all output."),
    stdout_byte_count: bytes.describe("Of all it printed there; of everything, for merged streams."),
    stderr_byte_count: bytes.describe("Of all it printed there; 0 for merged streams."),
    output_sha256: z.string().nullable().describe("sha256:… of all output in order."),
    hash_omitted: z.string().nullable().describe("Why there is none: too_large, write_failed, never_started, …"),
    output_incomplete: z.boolean().describe("Somebody out of reach still holds the pipe."),
    dropped_bytes: bytes.describe("Printed beyond the limit, and nowhere."),
    write_error: z
      .object({
        errno: z.string().describe("ENOSPC, EIO, …"),
        message: z.string().describe("What the system said."),
      })
      .nullable()
      .describe("The first failure to write an artifact."),
    process_cleanup: receipt.nullable().describe("Null for an operation."),
    sandbox: z
      .object({
        kind: z.string().describe("none: it runs with the rights of its host."),
        enforced: z.boolean().describe("Whether anything holds it."),
      })
      .describe("What really holds."),
    error: z.string().nullable().describe("Why it did not start, or why an operation failed."),
    result: z.unknown().optional().describe("What an operation returned; null when it is in the file alone."),
    result_path: z
      .string()
      .nullable()
      .optional()
      .describe("File with what an operation returned; null when there is none."),
    result_bytes: bytes.nullable().optional().describe("Of that file."),
    progress: anyObject.nullable().optional().describe("How far an operation was, as it last said."),
    error_kind: errorKind
      .nullable()
      .optional()
      .describe("Of an operation that failed, when its error was one of ours."),
    ...findings,
    audit_id: z
      .string()
      .nullable()
      .describe("audit_cmd_…: under which a command stands in an audit; null for an operation."),
  })
  .meta({ id: "report", description: "How a command or an operation ended." });
