/** What an async function gets when it runs under a handle, and what it may give back. */

/** How far an operation is. Anything that is JSON; these three are shown to people. */
export interface OperationProgress {
  readonly message?: string;
  readonly done?: number;
  readonly total?: number;
  readonly [name: string]: unknown;
}

export interface OperationContext {
  /**
   * Aborted by the first request to stop: cancel, timeout, output limit, close. A function that goes on past the deadline of the stop (2 s for
   * `cancel_handle`) is abandoned: the report comes without it, and what it does later is dropped.
   */
  readonly signal: AbortSignal;
  /** The newest is shown while it runs and kept in the report. Cheap: it is looked at when somebody asks. Nothing happens after the end. */
  report(progress: OperationProgress): void;
  /** Its output: kept, counted, capped and read like that of a command. Nothing happens after the end. */
  write(output: string | Uint8Array): void;
}

/** What texts show of a result whose finds the output has line by line, instead of its JSON. */
export interface ResultBrief {
  /** For the headline, each already harmless. */
  readonly facts: readonly string[];
  /** The first finds: each stands for the line of the output with its number. */
  readonly lines: readonly string[];
}

/** What it returns (or resolves with) is the result and must be JSON; `undefined` is `null`. What it throws is a report too, with the outcome `failed`. */
export type OperationFunction = (context: OperationContext) => unknown;
