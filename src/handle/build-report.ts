/** The final record, put together from what the lifecycle decided and what the ending found. Pure. */
import type { LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { Findings } from "../findings/findings.ts";
import type { PreviewText, Recorder } from "../output/recorder.ts";
import type { ScreenSize } from "../output/screen.ts";
import type { OutputSummary, StreamSummary } from "../output/summary.ts";
import type { Receipt } from "../process/receipt.ts";
import type { SandboxState } from "../sandbox/sandbox.ts";
import { outcomeOf } from "./cause.ts";
import type { Handle } from "./handle.ts";
import type { Failure } from "./operation-json.ts";
import type { OperationResult } from "./operation-result.ts";
import { type Report, reportSchemaVersion } from "./report.ts";
import type { Screen } from "./screen-of.ts";
import type { Ending } from "./supervise.ts";

export interface ReportFacts {
  readonly endedAt: number;
  readonly sandbox: SandboxState;
  readonly findings: Findings | null;
  readonly operation?: OperationFacts;
  readonly terminal?: ScreenSize | null;
  readonly screen?: Screen | null;
}

/** What an operation leaves beside its output. */
export interface OperationFacts {
  readonly result: OperationResult | null;
  readonly progress: JsonObject | null;
  readonly failure: Failure | null;
}

export function reportOf(handle: Handle, ending: Ending, recorder: Recorder, facts: ReportFacts): Report {
  return {
    ...common(handle, facts),
    durationMs: ending.durationMs,
    output: ending.output,
    stdout: recorder.preview("stdout"),
    stderr: recorder.preview("stderr"),
    outputIncomplete: ending.outputIncomplete,
    receipt: ending.receipt,
    result: facts.operation?.result ?? null,
    progress: facts.operation?.progress ?? null,
    error: facts.operation?.failure?.message ?? null,
    errorKind: facts.operation?.failure?.kind ?? null,
  };
}

/** The report of what never ran: it could not be started, or it was cancelled before. */
export function reportOfNothing(handle: Handle, facts: ReportFacts, error: LonghandError | null): Report {
  return {
    ...common(handle, facts),
    durationMs: 0,
    output: noOutput,
    stdout: noText,
    stderr: noText,
    outputIncomplete: false,
    receipt: emptyReceipt,
    result: null,
    progress: null,
    error: error?.message ?? null,
    errorKind: error?.kind ?? null,
  };
}

function common(handle: Handle, { endedAt, sandbox, findings, terminal = null, screen = null }: ReportFacts) {
  const { exit, cause } = handle.state;
  const endedBy = cause ?? { kind: "exit", by: "command", reason: null };
  return {
    schemaVersion: reportSchemaVersion,
    ...handle.facts,
    outcome: outcomeOf(endedBy, exit),
    endedBy,
    exitCode: exit === null ? null : (exit.code ?? -1),
    signal: exit?.signal ?? null,
    endedAt,
    sandbox,
    findings,
    terminal,
    screen,
  } as const;
}

const noStream: StreamSummary = { bytes: 0, lines: 0, path: null };
export const noText: PreviewText = { text: "", truncated: false, omittedBytes: 0, omittedLines: 0 };
export const noOutput: OutputSummary = {
  stdout: noStream,
  stderr: noStream,
  combined: noStream,
  sha256: null,
  hashOmitted: "never_started",
  droppedBytes: 0,
  writeError: null,
};
export const emptyReceipt: Receipt = {
  processes: [],
  found: 0,
  stopped: 0,
  survivors: [],
  coverage: "group",
  complete: true,
  durationMs: 0,
};
