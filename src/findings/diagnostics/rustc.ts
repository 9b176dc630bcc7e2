/** What rustc and cargo print for people: `error[E0308]: mismatched types`, and the place in the line below. */
import type { Severity } from "../findings.ts";
import { type CreateParser, diagnostic } from "./parser.ts";
import { placeOf, severityOf } from "./place.ts";

const header = /^(error|warning)(?:\[([A-Za-z]\w{0,31})\])?: (.+)$/;
const arrow = /^ *--> ([^\n]+):(\d+):(\d+)$/;
/** A message can have some lines of its own before the place. */
const mostLinesBetween = 4;

/** What counts or repeats what was said before. */
export function isRustSummary(message: string): boolean {
  return (
    /^aborting due to \w+ previous error/.test(message) ||
    /^could not compile `[^`]*` (?:\([^()]*\) )?due to /.test(message) ||
    /^(?:`[^`]*` (?:\([^()]*\) )?generated )?\d+ warnings?(?: emitted)?(?:; \d+ warnings? emitted)?(?: \([^()]*\))*$/.test(
      message,
    )
  );
}

interface Pending {
  readonly severity: Severity;
  readonly message: string;
  readonly code: string | null;
  age: number;
}

export const rustc: CreateParser = (report) => {
  let pending: Pending | null = null;

  /** Without a place: an error of cargo itself. A warning without one may be anybody's, about anything. */
  const settle = (): void => {
    if (pending === null) return;
    const { severity, message, code } = pending;
    pending = null;
    if (severity === "error" || code !== null) report(diagnostic(severity, message, { code }));
  };

  const begin = (word: string, code: string | undefined, message: string): void => {
    settle();
    const severity = severityOf(word);
    if (severity === null || isRustSummary(message)) return;
    pending = { severity, message, code: code ?? null, age: 0 };
  };

  const below = (text: string): boolean => {
    if (pending === null) return false;
    const found = arrow.exec(text);
    const place = found === null ? null : placeOf(found[1] ?? "", found[2], found[3], { spaces: true });
    if (place === null) {
      if (text.trim() === "" || ++pending.age > mostLinesBetween) settle();
      return false;
    }
    const { severity, message, code } = pending;
    pending = null;
    report(diagnostic(severity, message, { place, code }));
    return true;
  };

  return {
    line(text) {
      const match = header.exec(text);
      if (match === null) return below(text);
      begin(match[1] ?? "", match[2], match[3] ?? "");
      return true;
    },
    end: settle,
  };
};
