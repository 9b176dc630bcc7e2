/** Maven (`[ERROR] /x/Y.java:[3,5] msg`) and Kotlin (`e: file:///x/Y.kt:3:5 msg`). What javac prints itself looks like gcc's. */
import { type CreateParser, diagnostic, type Report } from "./parser.ts";
import { placeOf } from "./place.ts";

const maven =
  /^\[(ERROR|WARNING|WARN)\] +(?=\S)((?:[A-Za-z]:(?=[/\\]))?[^:]+):\[(\d+)(?:,(\d+))?\] (?:(?:error|warning): )?(.+)$/;
const goal = /^\[ERROR\] (Failed to execute goal .+)$/;
/** The compiler's own errors, listed above and below it, say more. */
const repeated = /: Compilation failure(?:: Compilation failure)?:?\s*$/;
const kotlin = /^([ew]): ((?:file:\/\/)?[^:]+):(?:(\d+):(\d+):?| \((\d+), (\d+)\):) (.+)$/;

export const java: CreateParser = (report) => ({
  line(text) {
    if (!text.startsWith("[") && !text.startsWith(": ", 1)) return false;
    const match = maven.exec(text);
    if (match !== null) {
      const [, word, path = "", line, column, message = ""] = match;
      return emit(report, word === "ERROR", message, placeOf(path, line, column));
    }
    const failed = goal.exec(text)?.[1];
    if (failed !== undefined) {
      if (!repeated.test(failed) && !failed.includes("There are test failures")) report(diagnostic("error", failed));
      return true;
    }
    const found = kotlin.exec(text);
    if (found === null) return false;
    const [, letter, path = "", line, column, oldLine, oldColumn, message = ""] = found;
    return emit(report, letter === "e", message, placeOf(path, line ?? oldLine, column ?? oldColumn));
  },
});

function emit(report: Report, isError: boolean, message: string, place: ReturnType<typeof placeOf>): boolean {
  if (place === null) return false;
  report(diagnostic(isError ? "error" : "warning", message, { place }));
  return true;
}
