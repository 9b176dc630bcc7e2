/** How a spawned process ended, in the words of the capability. JSON-safe: it outlives the process in its registry. */
import { timestamp } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { Report } from "../handle/report.ts";

export type EndedStatus = "exited" | "killed" | "timed_out";

export interface ProcessReceipt {
  readonly status: EndedStatus;
  /** −1 when it was ended, by us or by a signal. */
  readonly exitCode: number;
  readonly report: Pick<
    Report,
    "handleId" | "command" | "pid" | "startedAt" | "endedAt" | "durationMs" | "signal" | "endedBy"
  >;
}

export function receiptOf(report: Report): ProcessReceipt {
  const status = statusOf(report);
  const { handleId, command, pid, startedAt, endedAt, durationMs, signal, endedBy } = report;
  return {
    status,
    exitCode: status === "exited" ? (report.exitCode ?? -1) : -1,
    // Without the previews: the output is read from the artifacts.
    report: { handleId, command, pid, startedAt, endedAt, durationMs, signal, endedBy },
  };
}

function statusOf({ outcome }: Report): EndedStatus {
  if (outcome === "exited" || outcome === "signaled") return "exited";
  return outcome === "timed_out" ? "timed_out" : "killed";
}

/** What every answer about an ended process says. */
export function endedToWire({ status, exitCode, report }: ProcessReceipt): JsonObject {
  const { handleId, command, pid, startedAt, endedAt, durationMs, signal, endedBy } = report;
  return {
    handle_id: handleId,
    status,
    running: false,
    command,
    started_at: timestamp(startedAt),
    ended_at: timestamp(endedAt),
    duration_ms: durationMs,
    pid,
    exit_code: exitCode,
    signal,
    timed_out: status === "timed_out",
    ended_by: { cause: endedBy.kind, by: endedBy.by, reason: endedBy.reason },
  };
}
