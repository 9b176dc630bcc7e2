/** Words from elsewhere within a line of ours. */

const marks = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Controls, invisible marks and line breaks are blanks: what follows cannot look like a line of its own, nor act on a terminal. */
export function oneLine(text: string): string {
  return text.replaceAll(marks, " ").trim();
}

/** Nothing in it would have to be replaced. */
export function isOneLine(text: string): boolean {
  return text.search(marks) === -1;
}
