/** What a parser of diagnostics is: it gets one line after the other and reports what it understands. Pure, but for what it remembers. */
import type { Diagnostic, Severity } from "../findings.ts";

export interface LineParser {
  /**
   * One line, without its newline and without terminal escapes. True when it was this parser's: no other one looks at it, so no
   * line is reported twice. Takes time linear in the length of the line, whatever is in it; and as most lines are nobody's, a parser
   * looks for a word that it cannot do without before it tries its expressions: that is ten times as fast.
   */
  line(text: string): boolean;
  /** The output has ended: what waits for a further line is reported as it is. */
  end?(): void;
}

export type Report = (diagnostic: Diagnostic) => void;

export type CreateParser = (report: Report) => LineParser;

export interface Place {
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
}

export interface DiagnosticOptions {
  readonly place?: Place | null;
  readonly code?: string | null;
}

export function diagnostic(severity: Severity, message: string, options: DiagnosticOptions = {}): Diagnostic {
  const { place, code } = options;
  return {
    severity,
    message: message.trim(),
    path: place?.path ?? null,
    line: place?.line ?? null,
    column: place?.column ?? null,
    code: code ?? null,
  };
}
