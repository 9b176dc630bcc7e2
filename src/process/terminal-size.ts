/** Columns and rows of a terminal, checked. Pure. */
import { LonghandError } from "../base/errors.ts";

export interface TerminalSize {
  readonly cols: number;
  readonly rows: number;
}

/** Larger ones nobody has; a screen of this size is a million cells when it is rendered. */
export const largestTerminal = 1_000;

/** Throws `invalid_parameter` (`pty.cols`, `pty.rows`). */
export function checkTerminalSize({ cols, rows }: TerminalSize): void {
  for (const [name, value] of Object.entries({ cols, rows })) {
    if (Number.isInteger(value) && value >= 1 && value <= largestTerminal) continue;
    const expected = `a whole number from 1 to ${largestTerminal}`;
    throw new LonghandError("invalid_parameter", `pty.${name} must be ${expected}, got ${value}`, {
      param: `pty.${name}`,
      details: { expected, got: String(value) },
    });
  }
}
