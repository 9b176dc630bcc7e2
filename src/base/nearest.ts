/** The nearest right spelling, for error messages. */

/** Null when nothing is near enough to be meant. A name without its unit (`timeout` for `timeout_ms`) is. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: { name: string; distance: number } | null = null;
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (best === null || distance < best.distance) best = { name, distance };
  }
  // A third of the letters wrong is a typo; more is another word.
  if (best !== null && best.distance <= Math.max(1, Math.floor(word.length / 3))) return best.name;
  return known.find((name) => name.startsWith(`${word.toLowerCase()}_`)) ?? null;
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
