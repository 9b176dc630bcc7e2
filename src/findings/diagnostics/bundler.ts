/** Bundlers put the place below the message: esbuild (`✘ [ERROR] msg`, then `    a.ts:3:5:`) and rolldown, vite's (`╭─[ a.ts:3:5 ]`). */
import type { Severity } from "../findings.ts";
import { type CreateParser, diagnostic } from "./parser.ts";
import { placeOf, splitCode } from "./place.ts";

const esbuild = /^(?:✘|▲|X) \[(ERROR|WARNING)\] (.+)$/;
const esbuildPlace = /^ {4}([^:\s][^:]*):(\d+):(\d+):$/;
/** `[MISSING_EXPORT] msg`, `[plugin name] msg`, the two together, perhaps with a severity. */
const rolldown = /^(?:(?:\[WARN\]|Warning:|Error:) ?)?\[([\w:@/ -]{1,80})\] (.+)$/;
const rolldownPlace = /^ *╭─\[ ([^[\]]+):(\d+):(\d+) \]/;
/** Between message and place stands at most a blank line, or the second line of a long message. */
const mostLinesBetween = 3;

interface Pending {
  readonly severity: Severity;
  readonly message: string;
  readonly code: string | null;
  /** What looks like esbuild's is an error wherever it is; the other form may be any program's log, until its place follows. */
  readonly sure: boolean;
  age: number;
}

export const bundler: CreateParser = (report) => {
  let pending: Pending | null = null;

  const settle = (): void => {
    if (pending?.sure === true) report(diagnostic(pending.severity, pending.message, { code: pending.code }));
    pending = null;
  };

  const begin = (next: Pending): void => {
    settle();
    pending = next;
  };

  return {
    line(text) {
      const match = pending === null ? null : (esbuildPlace.exec(text) ?? rolldownPlace.exec(text));
      const place = match === null ? null : placeOf((match[1] ?? "").trim(), match[2], match[3]);
      if (pending !== null && place !== null) {
        report(diagnostic(pending.severity, pending.message, { place, code: pending.code }));
        pending = null;
        return true;
      }
      const head = header(text);
      if (head !== null) begin(head);
      else if (pending !== null && ++pending.age > mostLinesBetween) settle();
      return head?.sure === true;
    },
    end: settle,
  };
};

function header(text: string): Pending | null {
  if (!text.includes("] ")) return null;
  const sure = esbuild.exec(text);
  if (sure !== null) {
    const severity = sure[1] === "ERROR" ? "error" : "warning";
    return { severity, ...splitCode(sure[2] ?? ""), sure: true, age: 0 };
  }
  const match = rolldown.exec(text);
  if (match === null) return null;
  const severity = /^(?:\[WARN|Warning:)/.test(text) ? "warning" : "error";
  return { severity, message: match[2] ?? "", code: match[1] ?? null, sure: false, age: 0 };
}
