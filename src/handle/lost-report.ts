/** The report of a handle whose host died: what the ledger and the disk still know of it. */
import type { Inspection } from "../findings/findings.ts";
import type { ReadingLane } from "../findings/reading-lane.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import { planArtifacts } from "../output/artifacts.ts";
import { salvage } from "../output/salvage.ts";
import type { Receipt } from "../process/receipt.ts";
import { noSandbox } from "../sandbox/sandbox.ts";
import { emptyReceipt } from "./build-report.ts";
import { inspect } from "./inspect.ts";
import { type Report, reportSchemaVersion } from "./report.ts";

export interface LostFacts {
  /** Null when there was nothing to look for: the machine was booted since. */
  readonly receipt: Receipt | null;
  readonly endedAt: number;
  readonly artifactsRoot: string;
  readonly lane: ReadingLane;
  /** Aborted when the start of a host has waited long enough for what can be found in the output. */
  readonly hurry: AbortSignal;
}

export async function lostReport(
  handle: HandleRecord,
  { receipt, endedAt, artifactsRoot, lane, hurry }: LostFacts,
): Promise<Report> {
  const merged = handle.spec["merged"] === true;
  const operation = textOf(handle.spec["operation"]);
  const paths = planArtifacts(artifactsRoot, handle.handleId, merged);
  const { output, stdout, stderr } = await salvage(paths);
  const inspection = (handle.spec["inspection"] ?? null) as Inspection | null;
  const { directory } = paths;
  const startedAt = handle.createdAt;
  const findings = await inspect({ inspection, output, directory, startedAt, lane, hurry });
  return {
    schemaVersion: reportSchemaVersion,
    handleId: handle.handleId,
    alias: handle.alias,
    commandId: textOf(handle.spec["command_id"]),
    callId: handle.callId,
    label: handle.label,
    operation,
    command: textOf(handle.spec["command"]) ?? "",
    cwd: textOf(handle.spec["cwd"]),
    outcome: "lost",
    endedBy: {
      kind: "host_lost",
      by: "longhand",
      reason:
        operation === null
          ? "the host process died; what was left of the command was stopped"
          : "the host process died, and the operation with it",
    },
    exitCode: null,
    signal: null,
    pid: typeof handle.notes["pid"] === "number" ? handle.notes["pid"] : null,
    startedAt: handle.createdAt,
    endedAt,
    durationMs: Math.max(0, endedAt - handle.createdAt),
    output,
    stdout,
    stderr,
    terminal: null,
    screen: null,
    mergedStderr: merged,
    outputIncomplete: true,
    receipt: receipt ?? emptyReceipt,
    sandbox: noSandbox.state,
    findings,
    result: null,
    progress: null,
    error: null,
    errorKind: null,
  };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
