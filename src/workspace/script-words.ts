/** The text of a script in a manifest, taken apart as a shell would, as far as that tells which program runs. */

/**
 * One piece of a word (plain characters, a quoted part, an escaped character), or the space between two. Operators are neither.
 * Sticky, so each use has a copy of its own.
 */
const pieces = /([^\s"'\\`&|;<>()]+)|"([^"`\\]*)"|'([^']*)'|\\(.)|([ \t]+)/y;

/**
 * Null when it is not one simple command: arguments that are appended to `a && b` or `a | b` reach only `b`, or nobody. Quotes are
 * removed; variables and patterns stay as they are written.
 */
function scriptWords(script: string): readonly string[] | null {
  const text = script.trim();
  const words: string[] = [];
  let isOpen = false;
  const piece = new RegExp(pieces);
  while (piece.lastIndex < text.length) {
    const match = piece.exec(text);
    if (match === null) return null;
    const [, plain, double, single, escaped] = match;
    const part = plain ?? double ?? single ?? escaped;
    if (part === undefined) isOpen = false;
    else if (isOpen) words.push(`${words.pop() ?? ""}${part}`);
    else words.push(part);
    isOpen = part !== undefined;
  }
  // A substitution within quotes, and a comment, behind which arguments would go unseen.
  return words.some((word) => word.includes("$(") || word.startsWith("#")) ? null : words;
}

export interface ScriptCommand {
  /** Without folder and extension: `jest` for `node_modules/jest/bin/jest.js`. */
  readonly program: string;
  readonly args: readonly string[];
}

const assignment = /^[A-Za-z_]\w*=/;
/** What starts the program behind it and hands on the arguments behind that: `pnpm exec vitest`, `c8 node --test`. */
const starters = new Set(["npx", "bunx", "pnpx", "pnpm", "yarn", "exec", "cross-env", "env", "c8"]);

/** The program that a simple command runs in the end; null when it is not simple, or passes its arguments on after `--`. */
export function scriptCommand(script: string): ScriptCommand | null {
  const words = scriptWords(script);
  if (words === null || words.includes("--")) return null;
  let at = 0;
  while (assignment.test(words[at] ?? "") || starters.has(words[at] ?? "")) at++;
  const first = nameOf(words[at] ?? "");
  // `node --experimental-vm-modules node_modules/jest/bin/jest.js`: jest.
  const entry = first === "node" ? words.findIndex((word, index) => index > at && !word.startsWith("-")) : -1;
  if (entry !== -1 && nameOf(words[entry] ?? "") === "jest") at = entry;
  return first === "" ? null : { program: nameOf(words[at] ?? ""), args: words.slice(at + 1) };
}

function nameOf(word: string): string {
  return word.slice(word.lastIndexOf("/") + 1).replace(/\.[cm]?js$/, "");
}
