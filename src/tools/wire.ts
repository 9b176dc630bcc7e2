/** Our nouns in the words of the wire: snake_case and the statuses that callers know. The one place where this is translated. */
import { timestamp } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { Outcome } from "../handle/cause.ts";
import type { Report } from "../handle/report.ts";
import type { Snapshot } from "../handle/snapshot.ts";
import type { ArtifactsState, HandleRecord, MessageRecord } from "../ledger/ledger.ts";
import type { Receipt } from "../process/receipt.ts";
import { activityToWire } from "./activity-wire.ts";
import { findingsToWire } from "./findings-wire.ts";
import { isOperation, operationToWire, whatRuns } from "./operation-wire.ts";

/** Version of the payloads; raised when a field changes its meaning. */
const wireSchemaVersion = 1;

function statusOf(outcome: Outcome): string {
  switch (outcome) {
    case "exited":
    case "signaled":
    case "returned":
      return "completed";
    case "failed":
      return "failed";
    case "timed_out":
      return "timed_out";
    case "lost":
      return "lost";
    case "spawn_failed":
      return "spawn_failed";
    default:
      return "killed";
  }
}

export interface ReportWireOptions {
  /** Alias in the reader's session. */
  readonly alias?: number;
  readonly artifacts?: ArtifactsState;
  /** `capture.stdout: false` keeps a stream out of the answer; the artifact has it. */
  readonly inline?: { readonly stdout: boolean; readonly stderr: boolean };
}

export function reportToWire(report: Report, options: ReportWireOptions = {}): JsonObject {
  const { output } = report;
  const inline = options.inline ?? { stdout: true, stderr: true };
  const artifacts = options.artifacts ?? (output.hashOmitted === "never_started" ? "none" : "kept");
  const paths = artifacts === "kept";
  return {
    schema_version: wireSchemaVersion,
    command_id: report.commandId,
    handle_id: report.handleId,
    alias: `h${options.alias ?? report.alias}`,
    call_id: report.callId,
    label: report.label,
    status: statusOf(report.outcome),
    outcome: report.outcome,
    ended_by: { cause: report.endedBy.kind, by: report.endedBy.by, reason: report.endedBy.reason },
    ...whatRuns(report),
    cwd: report.cwd,
    pid: report.pid,
    process_group_id: report.pid,
    started_at: timestamp(report.startedAt),
    ended_at: timestamp(report.endedAt),
    duration_ms: report.durationMs,
    exit_code: report.exitCode,
    signal: report.signal,
    timed_out: report.outcome === "timed_out",
    ...printedToWire(report, inline),
    merged_stderr: report.mergedStderr,
    output_path: paths ? output.combined.path : null,
    stdout_path: paths ? output.stdout.path : null,
    stderr_path: paths ? output.stderr.path : null,
    artifacts,
    byte_count: output.combined.bytes,
    line_count: output.combined.lines,
    stdout_byte_count: output.stdout.bytes,
    stderr_byte_count: output.stderr.bytes,
    output_sha256: output.sha256,
    hash_omitted: output.hashOmitted,
    output_incomplete: report.outputIncomplete,
    dropped_bytes: output.droppedBytes,
    write_error: output.writeError === null ? null : { ...output.writeError },
    // Of an operation no process was looked for.
    process_cleanup: isOperation(report) ? null : receiptToWire(report.receipt),
    sandbox: { kind: report.sandbox.kind, enforced: report.sandbox.enforced },
    error: report.error,
    ...(isOperation(report) ? operationToWire(report, paths) : {}),
    ...findingsToWire(report.findings, report.handleId),
    audit_id: report.commandId === null ? null : `audit_${report.commandId}`,
  };
}

function printedToWire({ stdout, stderr, screen }: Report, inline: { stdout: boolean; stderr: boolean }): JsonObject {
  // A screen is stdout, looked at otherwise. Records of older versions have none.
  const seen = inline.stdout ? (screen ?? null) : null;
  return {
    stdout: inline.stdout ? stdout.text : "",
    stderr: inline.stderr ? stderr.text : "",
    ...(seen === null ? {} : { screen: seen.text }),
    truncated: stdout.truncated || stderr.truncated || seen?.truncated === true,
    omitted_bytes: stdout.omittedBytes + stderr.omittedBytes,
  };
}

function receiptToWire(receipt: Receipt): JsonObject {
  return {
    processes: receipt.processes.map(({ pid, name, signals }) => ({ pid, command_name: name, signals: [...signals] })),
    found_count: receipt.found,
    stopped_count: receipt.stopped,
    survivor_count: receipt.survivors.length,
    survivors: receipt.survivors.map(({ pid, name, reason }) => ({ pid, command_name: name, reason })),
    coverage: receipt.coverage,
    complete: receipt.complete,
    duration_ms: receipt.durationMs,
  };
}

export interface PlannedPaths {
  readonly combined: string;
  readonly stdout: string;
  readonly stderr: string | null;
}

export function snapshotToWire(now: Snapshot, paths: PlannedPaths | null): JsonObject {
  return {
    schema_version: wireSchemaVersion,
    command_id: now.commandId,
    handle_id: now.handleId,
    alias: `h${now.alias}`,
    call_id: now.callId,
    label: now.label,
    status: "running",
    phase: now.phase,
    completed: false,
    ...whatRuns(now),
    cwd: now.cwd,
    pid: now.pid,
    process_group_id: now.pid,
    started_at: timestamp(now.startedAt),
    ended_at: null,
    duration_ms: now.durationMs,
    exit_code: null,
    signal: null,
    timed_out: false,
    stdout: now.stdout.text,
    stderr: now.stderr.text,
    truncated: now.stdout.truncated || now.stderr.truncated,
    omitted_bytes: now.stdout.omittedBytes + now.stderr.omittedBytes,
    merged_stderr: now.mergedStderr,
    output_path: paths?.combined ?? null,
    stdout_path: paths?.stdout ?? null,
    stderr_path: paths?.stderr ?? null,
    byte_count: now.bytes,
    stderr_byte_count: now.stderrBytes,
    line_count: now.lines,
    output_offset: now.bytes,
    output_sha256: null,
    silence_ms: now.silenceMs,
    activity: activityToWire(now.activity),
    ...(isOperation(now) ? { progress: now.progress } : {}),
  };
}

/** A message of the inbox. Its body is the payload of `tool_result` and `tool_progress`, or whatever a notice says. */
export function messageToWire(message: MessageRecord): JsonObject {
  return {
    schema_version: wireSchemaVersion,
    message_id: message.messageId,
    session_id: message.sessionId,
    sequence: message.sequence,
    kind: message.kind,
    handle_id: message.handleId,
    call_id: message.callId,
    label: message.label,
    created_at: timestamp(message.createdAt),
    redelivered: message.redelivered,
    body: bodyToWire(message),
  };
}

function bodyToWire({ kind, body }: MessageRecord): JsonObject {
  if (kind === "tool_result") return reportToWire(body as unknown as Report);
  if (kind === "tool_progress") return snapshotToWire(body as unknown as Snapshot, null);
  return body;
}

/** A row of `list_handles`. */
export function recordToWire(record: HandleRecord): JsonObject {
  const report = record.report as unknown as Report | null;
  return {
    handle_id: record.handleId,
    alias: `h${record.alias}`,
    session_id: record.sessionId,
    call_id: record.callId,
    label: record.label,
    lifetime: record.lifetime,
    status: report === null ? "running" : statusOf(report.outcome),
    ...whatRuns({
      operation: (record.spec["operation"] ?? null) as string | null,
      command: (record.spec["command"] ?? null) as string,
    }),
    cwd: record.spec["cwd"] ?? null,
    pid: record.notes["pid"] ?? report?.pid ?? null,
    started_at: timestamp(record.createdAt),
    ended_at: record.endedAt === null ? null : timestamp(record.endedAt),
    exit_code: report?.exitCode ?? null,
    signal: report?.signal ?? null,
    artifacts: record.artifacts,
  };
}
