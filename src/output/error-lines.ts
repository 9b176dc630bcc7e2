/** Which lines of an output tell what went wrong. A guess that costs nothing when it is wrong: the lines are shown in addition. */

/** How compilers, test runners, shells and language runtimes begin, or word, the line that matters. */
const errorWord =
  /\b(?:error|fatal|panic|panicked|exception|failed|failure|traceback|assertion|segmentation fault|undefined reference|not found|denied)\b/i;
const errorName = /\w(?:Error|Exception)\b/;
const errorMark = /^\s*(?:FAIL\b|✗|✘|×|not ok\b|E {2,}\S)/;
/** What contains those words and means the opposite. */
const allWell = /\b(?:0|no) (?:errors?|failures?|failed)\b/i;

export function looksLikeError(line: string): boolean {
  return (errorWord.test(line) || errorName.test(line) || errorMark.test(line)) && !allWell.test(line);
}

/** The first lines that look like errors, at most `max`. */
export function errorLines(text: string, max: number): string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    if (found.length >= max) break;
    if (looksLikeError(line)) found.push(line);
  }
  return found;
}
