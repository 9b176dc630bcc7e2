/** The immutable final record of a handle. JSON-safe: the ledger keeps it as it is. */
import type { Findings } from "../findings/findings.ts";
import type { PreviewText } from "../output/recorder.ts";
import type { OutputSummary } from "../output/summary.ts";
import type { Receipt } from "../process/receipt.ts";
import type { SandboxState } from "../sandbox/sandbox.ts";
import type { Cause, Outcome } from "./cause.ts";
import type { HandleFacts } from "./facts.ts";

/** Raised when a field changes its meaning; fields may be added without. */
export const reportSchemaVersion = 1;

export interface Report extends HandleFacts {
  readonly schemaVersion: number;
  readonly outcome: Outcome;
  readonly endedBy: Cause;
  /** −1 when a signal ended it, null when nobody knows (lost, never started). */
  readonly exitCode: number | null;
  /** The signal that really ended it. */
  readonly signal: string | null;
  readonly endedAt: number;
  /** Monotonic, from the spawn to the end of the leader. */
  readonly durationMs: number;
  readonly output: OutputSummary;
  readonly stdout: PreviewText;
  readonly stderr: PreviewText;
  /** Somebody outside of our reach still holds the pipe: what it prints later is not here. */
  readonly outputIncomplete: boolean;
  readonly receipt: Receipt;
  readonly sandbox: SandboxState;
  /** What its output says of tests or a build, when that was asked for. */
  readonly findings: Findings | null;
  /** Why it did not start; null when it did. */
  readonly error: string | null;
}
