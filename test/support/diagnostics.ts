/** What the parsers of diagnostics make of a text. */
import { parserOf } from "../../src/findings/diagnostics/formats.ts";
import type { BuildFormat, Diagnostic } from "../../src/findings/findings.ts";

/** Lines are reported as they come: without the collector, what is printed twice is here twice. */
export function diagnose(text: string, format: BuildFormat | "auto" = "auto"): Diagnostic[] {
  const found: Diagnostic[] = [];
  const parser = parserOf(format, (diagnostic) => found.push(diagnostic));
  for (const line of text.split("\n")) parser.line(line);
  parser.end?.();
  return found;
}

/** In short: `error src/a.ts:3:5 TS2322 Type …`; what is not known is left out. */
export function shortly({ severity, path, line, column, code, message }: Diagnostic): string {
  const place = [path, line, column].filter((part) => part !== null).join(":");
  return [severity, place, code, message].filter((part) => part !== null && part !== "").join(" ");
}

export const inShort = (text: string, format: BuildFormat | "auto" = "auto"): string[] =>
  diagnose(text, format).map(shortly);
