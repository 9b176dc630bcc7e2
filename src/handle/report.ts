/** The immutable final record of a handle. JSON-safe: the ledger keeps it as it is. */
import type { ErrorKind } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { Findings } from "../findings/findings.ts";
import type { PreviewText } from "../output/recorder.ts";
import type { ScreenSize } from "../output/screen.ts";
import type { OutputSummary } from "../output/summary.ts";
import type { Receipt } from "../process/receipt.ts";
import type { SandboxState } from "../sandbox/sandbox.ts";
import type { Cause, Outcome } from "./cause.ts";
import type { HandleFacts } from "./facts.ts";
import type { OperationResult } from "./operation-result.ts";
import type { Screen } from "./screen-of.ts";

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
  /** Monotonic, from the start to the end: of the leader, or of the function. */
  readonly durationMs: number;
  readonly output: OutputSummary;
  readonly stdout: PreviewText;
  readonly stderr: PreviewText;
  /** The size of its terminal at the end; null without one. */
  readonly terminal: ScreenSize | null;
  /**
   * What its terminal showed at the end, when a program had moved about on it. Bounded as the streams are: null when no bytes of them were
   * wanted. Null also where there is no emulator.
   */
  readonly screen: Screen | null;
  /** Somebody outside of our reach still holds the pipe: what it prints later is not here. */
  readonly outputIncomplete: boolean;
  readonly receipt: Receipt;
  readonly sandbox: SandboxState;
  /** What its output says of tests or a build, when that was asked for. */
  readonly findings: Findings | null;
  /** What an operation returned; null for a command, and for one that did not return. */
  readonly result: OperationResult | null;
  /** How far an operation was, as it last said. */
  readonly progress: JsonObject | null;
  /** Why it did not start, why an operation failed or was abandoned; else null. */
  readonly error: string | null;
  /** Of an error of ours; null for what an operation threw by itself. */
  readonly errorKind: ErrorKind | null;
}
