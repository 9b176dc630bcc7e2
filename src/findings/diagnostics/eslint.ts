/** ESLint: stylish (a line with the path, its problems indented below it), unix and compact. Many linters print the same. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { isFilePath, placeOf, severityOf } from "./place.ts";

const problem = /^ +(\d+):(\d+) {1,8}(error|warning) {1,8}(\S.*)$/;
/** `no-undef`, `@typescript-eslint/no-explicit-any`, `import/order`. */
const rule = /^@?[A-Za-z][\w@/.-]{0,99}$/;
const compact = /: line (\d+), col (\d+), (Error|Warning) - /;
const unix = /^([^:]+):(\d+):(\d+): (.*) \[(Error|Warning)(?:\/([^\][]{1,100}))?\]$/;

export const eslint: CreateParser = (report) => {
  let path: string | null = null;
  return {
    line(text) {
      const match = text.startsWith(" ") ? problem.exec(text) : null;
      if (match === null) {
        if (oneLine(text, report)) return true;
        // A blank line or the summary ends the list of a file; its path is a line of its own.
        path = isFilePath(text.trimEnd()) ? text.trimEnd() : null;
        return false;
      }
      const severity = severityOf(match[3] ?? "");
      if (path === null || severity === null) return false;
      const { message, code } = splitRule(match[4] ?? "");
      report(diagnostic(severity, message, { place: placeOf(path, match[1], match[2]), code }));
      return true;
    },
  };
};

function oneLine(text: string, report: Report): boolean {
  const dense = text.includes(": line ") ? compact.exec(text) : null;
  if (dense !== null) {
    const place = placeOf(text.slice(0, dense.index), dense[1], dense[2]);
    const { message, code } = splitLast(text.slice(dense.index + dense[0].length), " (", ")");
    return emit(report, dense[3], message, place, code);
  }
  const match = text.endsWith("]") ? unix.exec(text) : null;
  if (match === null) return false;
  return emit(report, match[5], match[4] ?? "", placeOf(match[1] ?? "", match[2], match[3]), match[6] ?? null);
}

function emit(report: Report, word: string | undefined, message: string, place: Place | null, code: string | null) {
  const severity = severityOf(word ?? "");
  if (place === null || severity === null) return false;
  report(diagnostic(severity, message, { place, code }));
  return true;
}

/** Message and rule stand in columns: two spaces or more between them. */
function splitRule(text: string): { message: string; code: string | null } {
  return splitLast(text.trimEnd(), "  ", "");
}

function splitLast(text: string, before: string, after: string): { message: string; code: string | null } {
  const at = text.endsWith(after) ? text.lastIndexOf(before) : -1;
  const code = text.slice(at + before.length, text.length - after.length);
  return at > 0 && rule.test(code) ? { message: text.slice(0, at).trimEnd(), code } : { message: text, code: null };
}
