/** The lines of a preview with their numbers in the whole stream, and the choice of those that are shown. */
import { looksLikeError } from "./error-lines.ts";
import { type PreviewText, previewEnds } from "./preview.ts";

export interface Line {
  /** From 1 for the first line of the stream. */
  readonly number: number;
  readonly text: string;
}

export interface Selection {
  readonly head: readonly Line[];
  /** From between, in order. */
  readonly errors: readonly Line[];
  readonly tail: readonly Line[];
  /** What lies between head and tail; null when nothing does. `lines` are those that are not among `errors`. */
  readonly hidden: { readonly from: number; readonly to: number; readonly lines: number } | null;
}

export interface SelectionLimits {
  readonly headLines: number;
  readonly tailLines: number;
  readonly errorLines: number;
}

/** The first lines, the last lines, and from what is known of the lines between those that look like errors. */
export function selectLines(preview: PreviewText, totalLines: number, limits: SelectionLimits): Selection {
  const { before, after } = numberLines(preview, totalLines);
  if (!preview.truncated && before.length <= limits.headLines + limits.tailLines) {
    return { head: before, errors: [], tail: [], hidden: null };
  }
  const head = before.slice(0, limits.headLines);
  const rest = [...before.slice(head.length), ...after];
  const tail = limits.tailLines === 0 ? [] : rest.slice(-limits.tailLines);
  const between = rest.slice(0, rest.length - tail.length);
  const errors = between.filter((line) => looksLikeError(line.text)).slice(0, limits.errorLines);
  const from = (head.at(-1)?.number ?? 0) + 1;
  const to = (tail[0]?.number ?? totalLines + 1) - 1;
  return { head, errors, tail, hidden: { from, to, lines: Math.max(0, to - from + 1 - errors.length) } };
}

/** A line that the omission cut is left out where that end has others. */
function numberLines(preview: PreviewText, totalLines: number): { readonly before: Line[]; readonly after: Line[] } {
  const { head, tail } = previewEnds(preview);
  const first = splitLines(head);
  if (tail === null) return { before: numberFrom(first, 1), after: [] };
  if (first.length > 1 && !head.endsWith("\n")) first.pop();
  const last = splitLines(tail);
  if (last.length > 1) last.shift();
  return {
    before: numberFrom(first, 1),
    after: numberFrom(last, Math.max(first.length, totalLines - last.length) + 1),
  };
}

function numberFrom(lines: readonly string[], start: number): Line[] {
  return lines.map((text, index) => ({ number: start + index, text }));
}

function splitLines(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}
