/** TypeScript's compiler: `a.ts(3,5): error TS2322: …`, the pretty `a.ts:3:5 - error TS2322: …`, and errors of no file. */
import { type CreateParser, diagnostic, type Place } from "./parser.ts";
import { placeOf, severityOf } from "./place.ts";

/** Looked for anywhere: the path before it may itself have parentheses, as in `app/(shop)/page.tsx`. */
const plain = /\((\d+),(\d+)\): (error|warning|message|suggestion) (TS\d{1,6}): /;
const pretty = /:(\d+):(\d+) - (error|warning|message|suggestion) (TS\d{1,6}): /;
const global = /^(error|warning) (TS\d{1,6}): (.+)$/;

export const tsc: CreateParser = (report) => {
  const emit = (word: string, code: string, message: string, place: Place | null): void => {
    const severity = severityOf(word);
    if (severity !== null) report(diagnostic(severity, message, { place, code }));
  };
  return {
    line(text) {
      if (!text.includes(" TS")) return false;
      const match = plain.exec(text) ?? pretty.exec(text);
      if (match !== null) {
        const place = placeOf(text.slice(0, match.index).trim(), match[1], match[2], { spaces: true });
        emit(match[3] ?? "", match[4] ?? "", text.slice(match.index + match[0].length), place);
        return true;
      }
      const alone = global.exec(text);
      if (alone === null) return false;
      emit(alone[1] ?? "", alone[2] ?? "", alone[3] ?? "", null);
      return true;
    },
  };
};
