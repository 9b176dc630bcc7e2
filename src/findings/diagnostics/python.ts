/** Python: the last frame and the last line of a traceback, a SyntaxError, and warnings with their file. */
import { type CreateParser, diagnostic, type Place, type Report } from "./parser.ts";
import { placeOf } from "./place.ts";

const frame = /^ +File "([^"]+)", line (\d+)(?:, in .*)?$/;
const ending = /^([A-Za-z_][\w.]{0,200})(?:: (.*))?$/;
/** What a SyntaxError prints without a traceback in front has no other sign that it is one. */
const syntax = /^(?:\w+\.)*(?:SyntaxError|IndentationError|TabError)$/;
const warning = /^([^:\s][^:]*\.pyi?):(\d+): (\w{0,60}Warning): (.+)$/;

export const python: CreateParser = (report) => {
  let inTraceback = false;
  let place: Place | null = null;

  /** The first line that is not indented ends a traceback, and says what was raised. */
  const within = (text: string): boolean => {
    if (/^\s/.test(text)) return true;
    const name = ending.exec(text)?.[1] ?? "";
    const at = place;
    const known = name !== "" && (inTraceback || syntax.test(name));
    inTraceback = false;
    place = null;
    if (!known || at === null) return false;
    report(diagnostic("error", text, { place: at, code: name }));
    return true;
  };

  return {
    line(text) {
      if (text === "Traceback (most recent call last):") {
        inTraceback = true;
        place = null;
        return true;
      }
      const at = text.includes('  File "') ? frame.exec(text) : null;
      if (at !== null) {
        place = placeOf(at[1] ?? "", at[2]) ?? place;
        return true;
      }
      const open = inTraceback || place !== null;
      return open && text !== "" ? within(text) : warned(text, report);
    },
  };
};

function warned(text: string, report: Report): boolean {
  const match = text.includes("Warning: ") ? warning.exec(text) : null;
  const place = match === null ? null : placeOf(match[1] ?? "", match[2]);
  if (match === null || place === null) return false;
  report(diagnostic("warning", match[4] ?? "", { place, code: match[3] ?? null }));
  return true;
}
