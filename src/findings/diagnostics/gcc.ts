/** gcc, clang and all that print like them (swiftc, javac, mypy, shellcheck): `x.c:3:5: error: msg [-Wfoo]`. */
import { type CreateParser, diagnostic, type Report } from "./parser.ts";
import { placeOf, severityOf, splitCode } from "./place.ts";

const words = "fatal error|internal compiler error|sorry, unimplemented|error|warning|note|remark";
const placed = new RegExp(String.raw`^((?:file://|[A-Za-z]:(?=[/\\]))?[^:]+):(\d+)(?::(\d+))?: (${words}): (.+)$`);
/** The driver itself: `cc1: error: …`, `clang++: error: linker command failed …`. */
const driver = new RegExp(
  String.raw`^(?:[^:\s]*[/-])?(?:cc1(?:plus)?|gcc|g\+\+|cc|c\+\+|clang|clang\+\+|collect2|swiftc|javac)(?:-\d+)?: (${words}): (.+)$`,
);
/** Where a header came from: part of the diagnostic below. */
const included = /^(?:In file included from | {17}from )[^:]+:\d+/;
/** javac names the lint in front: `[deprecation] foo() is deprecated`. */
const lint = /^\[([a-z][\w-]{0,50})\] /;
/** The linker said why, in lines of its own. */
const echo = /^(?:ld returned \d+ exit status|linker command failed with exit code)/;

export const gcc: CreateParser = (report) => ({
  line: (text) => (text.includes(": ") && (ofDriver(text, report) || ofFile(text, report))) || included.test(text),
});

function ofDriver(text: string, report: Report): boolean {
  const match = driver.exec(text);
  const severity = severityOf(match?.[1] ?? "");
  if (match === null || severity === null) return false;
  const { message, code } = splitCode(match[2] ?? "");
  if (!echo.test(message)) report(diagnostic(severity, message, { code }));
  return true;
}

function ofFile(text: string, report: Report): boolean {
  const match = placed.exec(text);
  if (match === null) return false;
  const [, path = "", line, column, word = "", whole = ""] = match;
  // Line, column and severity in a row: a log has no column.
  const place = placeOf(path, line, column, { spaces: column !== undefined });
  const severity = severityOf(word);
  if (place === null || severity === null) return false;
  const named = lint.exec(whole);
  const { message, code } =
    named === null ? splitCode(whole) : { message: whole.slice(named[0].length), code: named[1] ?? null };
  report(diagnostic(severity, message, { place, code }));
  return true;
}
