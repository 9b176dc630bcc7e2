/** Both ends of a stream as inline text. */
import type { Ends } from "./head-tail.ts";
import { countNewlines } from "./lines.ts";
import { decodeUtf8, plainText, wholeEnd, wholeStart } from "./text.ts";

/** Head and tail of a stream as text: whole code points, escape sequences removed. */
export interface PreviewText {
  /** Head, a line that says what is omitted, and tail; all of it when nothing is. */
  readonly text: string;
  readonly truncated: boolean;
  /** Bytes between head and tail that are not shown. */
  readonly omittedBytes: number;
  /** Newlines among them: lines whose end is not shown. */
  readonly omittedLines: number;
  /** Characters of `text` that are head; absent when nothing is omitted. */
  readonly headChars?: number;
}

export interface PreviewFacts {
  /** Newlines of the whole stream. */
  readonly newlines: number;
  /** More may come: the start of a code point at the very end waits for its rest instead of becoming U+FFFD. */
  readonly growing: boolean;
}

export function previewOf({ head, tail, omitted }: Ends, { newlines, growing }: PreviewFacts): PreviewText {
  if (omitted === 0) {
    const all = Buffer.concat([head, tail]);
    const text = plainText(decodeUtf8(growing ? all.subarray(0, wholeEnd(all)) : all));
    return { text, truncated: false, omittedBytes: 0, omittedLines: 0 };
  }
  const first = head.subarray(0, wholeEnd(head));
  const last = tail.subarray(wholeStart(tail));
  const omittedBytes = omitted + (head.length - first.length) + (tail.length - last.length);
  // Not below 0: the count of a file that somebody else writes lags behind its end.
  const omittedLines = Math.max(0, newlines - countNewlines(first) - countNewlines(last));
  const headText = plainText(decodeUtf8(first));
  const tailText = plainText(decodeUtf8(growing ? last.subarray(0, wholeEnd(last)) : last));
  // Nothing was asked for: a cap of 0 means an empty text, and `truncated` says the rest.
  if (head.length + tail.length === 0) return { text: "", truncated: true, omittedBytes, omittedLines };
  const text = `${endLine(headText)}${omission(omittedBytes, omittedLines)}\n${tailText}`;
  return { text, truncated: true, omittedBytes, omittedLines, headChars: headText.length };
}

/** Head and tail apart, without the line between them; the tail is null when nothing is omitted. */
export function previewEnds({ text, headChars }: PreviewText): { readonly head: string; readonly tail: string | null } {
  if (headChars === undefined) return { head: text, tail: null };
  const head = text.slice(0, headChars);
  const omissionStart = endLine(head).length;
  return { head, tail: text.slice(text.indexOf("\n", omissionStart) + 1) };
}

function omission(bytes: number, lines: number): string {
  return `[... ${bytes} bytes, ${lines} ${lines === 1 ? "line" : "lines"} omitted ...]`;
}

function endLine(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
