/** Words as a POSIX shell would have to read them, for display and for scripts that we write. Pure. */

/** What no shell treats specially, wherever it stands in a word. `=` is out: a first word with it would be an assignment. */
const plain = /^[A-Za-z0-9_\-./:@%+,]+$/;

/** One word: as it is when nothing in it is special, else in single quotes. */
export function shellQuote(word: string): string {
  if (plain.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A whole command line. */
export function shellJoin(argv: readonly string[]): string {
  return argv.map(shellQuote).join(" ");
}
