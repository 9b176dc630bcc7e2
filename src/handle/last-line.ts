/** What a command printed last: when it waits for an answer, most likely the question. */
import { previewEnds } from "../output/preview.ts";
import type { PreviewText, Recorder } from "../output/recorder.ts";

/** Bytes of a preview whose second half is looked at: longer than any question that is shown. */
const previewBytes = 1_024;
/** As many as a headline shows. The end of a question says what is asked. */
const mostChars = 80;

/**
 * The line that was not ended, of stderr before stdout (prompts go there), since a prompt leaves the cursor behind it; else the last that
 * has anything in it. Null when nothing is kept.
 */
export function lastLine(recorder: Recorder): string | null {
  const tails = [tailOf(recorder.preview("stderr", previewBytes)), tailOf(recorder.preview("stdout", previewBytes))];
  const open = tails.find((tail) => tail !== "" && !tail.endsWith("\n"));
  const line = lastNonEmpty(open ?? tails.findLast((tail) => tail.trim() !== "") ?? "");
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
