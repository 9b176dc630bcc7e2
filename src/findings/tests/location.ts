/** Where in the sources something happened, from texts that people read. Linear on whatever it is given. */
import { cutText, longestText } from "./bounded-text.ts";

export interface Location {
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/** No path is longer (PATH_MAX is 4,096, and nobody's tests are that deep). */
const longestPath = 1024;
/** What is kept of a text, and the words that stand for the rest of it. */
const longestSearched = longestText + 200;

/** `src/lib.rs:12:66:`, `a.ts:3`, `file:///x/a.mjs:3:135`: the whole text is one location, or it is null. */
export function parseLocation(text: string): Location | null {
  if (text.length > longestPath) return null;
  const [, path, line] = /^([^:]+(?::\/\/[^:]*)?):(\d{1,9})(?::\d{1,9})?:?$/.exec(text.trim()) ?? [];
  return path === undefined ? null : { path: withoutScheme(path), line: Number(line) };
}

/** The first location in the text that is not within the runner, the language's library or an installed package. */
export function findLocation(text: string): Location | null {
  const searched = cutText(text, longestSearched);
  let before = 0;
  for (const match of searched.matchAll(/\.[a-z]\w{0,7}:(\d{1,9})/gi)) {
    const end = match.index + match[0].length - (match[1]?.length ?? 0) - 1;
    const start = pathStart(searched, match.index, before);
    // What goes on where a foreign one ended (`https://host.io:80/a.js:3`) is foreign too.
    const goesOn = before > 0 && start === before && !delimiter.test(searched[start - 1] ?? " ");
    before = match.index + match[0].length;
    const path = searched.slice(start, end);
    if (!goesOn && !isForeign(path)) return { path: withoutScheme(path), line: Number(match[1]) };
  }
  return null;
}

/** The line within a file whose path is known, e.g. from a stack: `a.test.js:2:126`. */
export function lineOf(text: string, path: string): number | null {
  const searched = cutText(text, longestSearched);
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (let at = searched.indexOf(`${name}:`); name !== "" && at !== -1; at = searched.indexOf(`${name}:`, at + 1)) {
    const start = at + name.length + 1;
    const [digits] = /^\d{1,9}/.exec(searched.slice(start, start + 9)) ?? [];
    if (digits !== undefined) return Number(digits);
  }
  return null;
}

const delimiter = /[\s"'`()<>[\]{},|]/;

/** Never before `least`: what was looked at once is not looked at again. */
function pathStart(text: string, from: number, least: number): number {
  let start = from;
  while (start > least && from - start < longestPath && !delimiter.test(text[start - 1] ?? " ")) start--;
  return start;
}

function isForeign(path: string): boolean {
  return /^node:|node_modules\/|site-packages\/|\/lib\/python|^\/rustc\/|^https?:/.test(path);
}

function withoutScheme(path: string): string {
  return path.startsWith("file://") ? path.slice("file://".length) : path;
}
