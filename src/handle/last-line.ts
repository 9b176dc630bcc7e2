/** What a command printed last and did not end: when it waits for an answer, most likely the question. */
import { previewEnds } from "../output/preview.ts";
import type { PreviewText, Recorder } from "../output/recorder.ts";
import { drawnLately } from "../output/screen.ts";

export interface LastLineOptions {
  /** Whether it was printed on a terminal. */
  readonly terminal: boolean;
}

/** Bytes of a preview whose second half is looked at: longer than any question that is shown. */
const previewBytes = 1_024;
/** As many as a headline shows. The end of a question says what is asked. */
const mostChars = 80;

/**
 * The line that was not ended, of stderr before stdout (prompts go there), since a prompt leaves the cursor behind it. On a terminal else the
 * last that has anything in it; in a pipe a line that was ended is no question. Null when there is none, and on a terminal whose screen is
 * drawn: what was printed last there is some part of it.
 */
export function lastLine(recorder: Recorder, { terminal }: LastLineOptions): string | null {
  if (terminal && drawnLately(recorder.ends("stdout"))) return null;
  const tails = [tailOf(recorder.preview("stderr", previewBytes)), tailOf(recorder.preview("stdout", previewBytes))];
  const open = tails.map((tail) => tail.slice(tail.lastIndexOf("\n") + 1)).find((tail) => tail.trim() !== "");
  const ended = terminal ? tails.findLast((tail) => tail.trim() !== "") : undefined;
  const line = lastNonEmpty(open ?? ended ?? "");
  if (line === "") return null;
  return line.length <= mostChars ? line : `…${line.slice(-mostChars + 1)}`.toWellFormed();
}

function tailOf(preview: PreviewText): string {
  const { head, tail } = previewEnds(preview);
  return tail ?? head;
}

function lastNonEmpty(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.findLast((line) => line !== "") ?? "";
}
