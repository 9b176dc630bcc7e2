/** The nearest right spelling, for error messages. */

/** `did you mean cwd?`, or else all there is: `known: command, argv`, `it has none`. `all`: the word before the list. */
export function spellingHint(word: string, known: readonly string[], all = "known"): string {
  const near = nearest(word, known);
  if (near !== null) return `did you mean ${near}?`;
  return known.length === 0 ? "it has none" : `${all}: ${known.join(", ")}`;
}

/**
 * Null when nothing is near enough to be meant. A name without its unit (`timeout` for `timeout_ms`) is, and so is one that was shortened
 * (`cmd` for `command`): more often than another short word that differs by a letter.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  const asked = word.toLowerCase();
  const exact = known.find((name) => name.toLowerCase() === asked);
  if (exact !== undefined) return exact;
  const best = closest(asked, known);
  // One letter too many, too few or wrong in a longer word, or two that changed places, is a slip of the fingers.
  if (best !== null && best.distance === 1 && asked.length > 3) return best.name;
  const short = known.find((name) => name.startsWith(`${asked}_`)) ?? known.find((name) => abbreviates(asked, name));
  if (short !== undefined) return short;
  // A third of the letters wrong is a typo; more is another word.
  return best !== null && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.name : null;
}

function closest(asked: string, known: readonly string[]): { readonly name: string; readonly distance: number } | null {
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    const distance = editDistance(asked, name.toLowerCase());
    if (best === null || distance < best.distance) best = { name, distance };
  }
  return best;
}

/** The first half of the name, or some of its letters in order with the first and the last among them: `sig`, `cmd`. */
function abbreviates(asked: string, name: string): boolean {
  const full = name.toLowerCase();
  if (asked.length < 3 || asked.length >= full.length || asked[0] !== full[0]) return false;
  if (full.startsWith(asked) && asked.length * 2 >= full.length) return true;
  if (asked.at(-1) !== full.at(-1)) return false;
  let at = 0;
  for (const letter of full) if (letter === asked[at]) at += 1;
  return at === asked.length;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
