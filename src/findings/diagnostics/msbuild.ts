/** MSBuild, the C# compiler and their kin: `X.cs(3,5): error CS0103: msg [proj]`, `MSBUILD : error MSB1009: …`, `proj : error NU1101: …`. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { placeOf, severityOf } from "./place.ts";

/** `(3)`, `(3,5)`, `(3,5,3,9)`; then severity and code. The path is whatever stands before it. */
const placed = /\((\d+)(?:,(\d+)(?:,\d+,\d+)?)?\) ?: (fatal error|error|warning|info) ([A-Z]{1,12}\d{1,6}) ?: /;
const unplaced = /^([^:\s][^:]*): (error|warning) ([A-Z]{1,12}\d{1,6}) ?: (.+)$/;
const global = /^(error|warning) ([A-Z]{2,12}\d{1,6}) ?: (.+)$/;
const severe = /\b(?:error|warning|info) [A-Z]/;
/** `1>` is the project of a parallel build. */
const origin = /^ *(?:\d{1,6}>)? */;
/** What stands in the brackets at the end: the project, perhaps with a target framework behind it. */
const project = /^[^[\]]*proj(?:$|::)/;

export const msbuild: CreateParser = (report) => ({
  line: (text) => severe.test(text) && (ofFile(text, report) || ofTool(text.trimStart(), report)),
});

function ofFile(text: string, report: Report): boolean {
  const match = placed.exec(text);
  if (match === null) return false;
  const place = placeOf(text.slice(0, match.index).replace(origin, ""), match[1], match[2], { spaces: true });
  const message = text.slice(match.index + match[0].length);
  return place !== null && emit(report, match[3] ?? "", match[4] ?? "", message, place);
}

function ofTool(text: string, report: Report): boolean {
  const alone = global.exec(text);
  if (alone !== null) return emit(report, alone[1] ?? "", alone[2] ?? "", alone[3] ?? "", null);
  const [, name = "", word = "", code = "", message = ""] = unplaced.exec(text) ?? [];
  const place = placeOf(name.trimEnd());
  // The name of a tool: `MSBUILD`, `CSC`.
  return (place !== null || /^[A-Z]+ ?$/.test(name)) && emit(report, word, code, message, place);
}

function emit(report: Report, word: string, code: string, message: string, place: Place | null): boolean {
  const severity = severityOf(word);
  if (severity === null) return false;
  const end = message.endsWith("]") ? message.lastIndexOf(" [") : -1;
  const bare = end > 0 && project.test(message.slice(end + 2, -1)) ? message.slice(0, end) : message;
  report(diagnostic(severity, bare, { place, code }));
  return true;
}
