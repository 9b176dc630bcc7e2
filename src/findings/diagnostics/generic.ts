/** Any other tool that prints `path:line:col: [severity:] message`. A line that only resembles that is left alone: better a miss. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { placeOf, severityOf, splitCode } from "./place.ts";

/**
 * At the start of the line, one space before the message: a stack frame is indented or has nothing behind its place, and what a
 * search prints (`x.ts:3:5:  text`) keeps the text's own indentation or has no space at all.
 */
const placed = /^((?:file:\/\/|[A-Za-z]:(?=[/\\]))?[^:]+):(\d+):(\d+): (\S.*)$/;
const worded =
  /^\[?(fatal error|fatal|error|err|warning|warn|note|info|hint|help)\b\]?(?:\[([\w./-]{1,60})\])?[: ] ?(\S.*)$/i;
/** `E501 line too long`, `F401: …`: what Python's linters begin with. */
const lintCode = /^([A-Z]{1,4}\d{2,5}):? (\S.*)$/;

export const generic: CreateParser = (report) => ({
  line(text) {
    const match = text.includes(": ") ? placed.exec(text) : null;
    const place = match === null ? null : placeOf(match[1] ?? "", match[2], match[3]);
    if (match === null || place === null || place.line === null) return false;
    emit(match[4] ?? "", place, report);
    return true;
  },
});

function emit(text: string, place: Place, report: Report): void {
  const named = worded.exec(text);
  const severity = severityOf(named?.[1] ?? "");
  if (named !== null && severity !== null) {
    const { message, code } = splitCode(named[3] ?? "");
    report(diagnostic(severity, message, { place, code: named[2] ?? code }));
    return;
  }
  const lint = lintCode.exec(text);
  report(diagnostic("error", lint?.[2] ?? text, { place, code: lint?.[1] ?? null }));
}
