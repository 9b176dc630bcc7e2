/** Final facts about a command's output. */

export type Stream = "stdout" | "stderr";

export interface StreamSummary {
  readonly bytes: number;
  /** Newlines, plus one for an unterminated last line; 0 when empty. */
  readonly lines: number;
  /** Null when there is no such artifact (merged stderr, or it could not be written). */
  readonly path: string | null;
}

export interface OutputSummary {
  readonly stdout: StreamSummary;
  readonly stderr: StreamSummary;
  /** All output in the order it was read. `path` is null when it was too large to be laid out as a file (it is read through its index). */
  readonly combined: StreamSummary;
  /** `sha256:<hex>` of the combined output, or null. */
  readonly sha256: string | null;
  /** Why there is no hash: `too_large`, `write_failed`. Null when there is one. */
  readonly hashOmitted: string | null;
  /** Bytes that were printed after `maxBytes` and are nowhere. */
  readonly droppedBytes: number;
  /** The first failure to write an artifact: what was printed from there on is not on disk. */
  readonly writeError: { readonly errno: string; readonly message: string } | null;
}
