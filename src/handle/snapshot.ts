/** A running handle as it is now, for progress messages and for answers that do not wait. JSON-safe. */
import type { Clock } from "../base/clock.ts";
import type { PreviewText } from "../output/recorder.ts";
import { noText } from "./build-report.ts";
import type { Handle } from "./handle.ts";
import type { Phase } from "./lifecycle.ts";

export interface Snapshot {
  readonly handleId: string;
  readonly alias: number;
  readonly commandId: string;
  readonly callId: string | null;
  readonly label: string | null;
  readonly command: string;
  readonly cwd: string;
  readonly phase: Phase;
  readonly pid: number | null;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly stdout: PreviewText;
  readonly stderr: PreviewText;
  readonly mergedStderr: boolean;
  readonly bytes: number;
  readonly stderrBytes: number;
  readonly lines: number;
  /** Since the last chunk, or since the start. */
  readonly silenceMs: number;
}

export function snapshot(handle: Handle, clock: Clock, maxInlineBytes?: number): Snapshot {
  const { recorder, request } = handle;
  const durationMs = Math.max(0, clock.now() - handle.startedAt);
  const lastOutputAt = recorder?.lastOutputAt ?? null;
  return {
    handleId: handle.id,
    alias: handle.alias,
    commandId: handle.commandId,
    callId: request.callId,
    label: request.label,
    command: request.command.display,
    cwd: request.command.cwd,
    phase: handle.phase,
    pid: handle.child?.pid ?? null,
    startedAt: handle.startedAt,
    durationMs,
    stdout: recorder?.preview("stdout", maxInlineBytes) ?? noText,
    stderr: recorder?.preview("stderr", maxInlineBytes) ?? noText,
    mergedStderr: request.capture.merge,
    bytes: recorder?.bytes("combined") ?? 0,
    stderrBytes: recorder?.bytes("stderr") ?? 0,
    lines: recorder?.lines("combined") ?? 0,
    silenceMs: lastOutputAt === null ? durationMs : Math.max(0, Math.round(clock.monotonic() - lastOutputAt)),
  };
}
