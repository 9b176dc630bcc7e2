/** A running handle as it is now, for progress messages and for answers that do not wait. JSON-safe. */
import type { Clock } from "../base/clock.ts";
import type { JsonObject } from "../base/json.ts";
import type { PreviewText } from "../output/recorder.ts";
import type { HandleActivity } from "./activity-observer.ts";
import { noText } from "./build-report.ts";
import type { HandleFacts } from "./facts.ts";
import type { Handle } from "./handle.ts";
import type { Phase } from "./lifecycle.ts";

export interface Snapshot extends HandleFacts {
  readonly phase: Phase;
  readonly durationMs: number;
  readonly stdout: PreviewText;
  readonly stderr: PreviewText;
  readonly bytes: number;
  readonly stderrBytes: number;
  readonly lines: number;
  /** Since the last chunk, or since the start. */
  readonly silenceMs: number;
  /** How far an operation is, as it last said; null for a command. */
  readonly progress: JsonObject | null;
  /** What a command is doing; null for an operation, and where nobody looked. */
  readonly activity: HandleActivity | null;
}

export function snapshot(handle: Handle, clock: Clock, maxInlineBytes?: number): Snapshot {
  const { recorder } = handle;
  const durationMs = Math.max(0, clock.now() - handle.startedAt);
  const lastOutputAt = recorder?.lastOutputAt ?? null;
  return {
    ...handle.facts,
    phase: handle.phase,
    durationMs,
    stdout: recorder?.preview("stdout", maxInlineBytes) ?? noText,
    stderr: recorder?.preview("stderr", maxInlineBytes) ?? noText,
    bytes: recorder?.bytes("combined") ?? 0,
    stderrBytes: recorder?.bytes("stderr") ?? 0,
    lines: recorder?.lines("combined") ?? 0,
    silenceMs: lastOutputAt === null ? durationMs : Math.max(0, Math.round(clock.monotonic() - lastOutputAt)),
    progress: handle.progress,
    activity: null,
  };
}

/** The same with a look at what the command is doing. */
export async function observedSnapshot(handle: Handle, clock: Clock, maxInlineBytes?: number): Promise<Snapshot> {
  const before = snapshot(handle, clock, maxInlineBytes);
  const activity = await handle.activity(clock);
  // The look may have read the question that it waits with; what has ended meanwhile has nothing to show any more.
  return handle.phase === "ended" ? before : { ...snapshot(handle, clock, maxInlineBytes), activity };
}
