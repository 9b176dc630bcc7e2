/** Whether something is the place of a diagnostic. Strict: a URL, a time of day or a host with a port is none. */
import type { Severity } from "../findings.ts";
import type { Place } from "./parser.ts";

/** The longest path that the kernel takes. */
const longestPath = 4_096;
/** A number in a message that is longer is no line of any file. */
const mostDigits = 9;

/** What begins a path: a name, or `.`, `/`, `~`, `@`, a drive's backslash. Never a bracket, a quote or a mark of a log. */
const start = /^[\p{L}\p{N}_./~@\\]/u;
const extension = /[^\s./\\]\.[A-Za-z][\w+-]{0,15}$/;
/** Files that are compiled or read by a tool and have no extension. */
const withoutExtension =
  /(?:^|[/\\])(?:GNUmakefile|[Mm]akefile|Dockerfile|Containerfile|Gemfile|Rakefile|Jenkinsfile|BUILD|WORKSPACE|Justfile|justfile)$/;
/** What the expressions above look at, at most. */
const longestEnd = 20;
/** `example.com:443:1` has the shape of a place. */
const hostName = /\.(?:com|net|org|io|dev|local|localdomain|internal|lan)$/i;
/** `/a dir/x.c` may have a space; with a relative path, the words before a space are rather part of a sentence. */
const rooted = /^(?:\.{0,2}[/\\]|~[/\\]|[A-Za-z]:[/\\])/;

export function isFilePath(text: string): boolean {
  if (text.length > longestPath || !start.test(text) || text.includes("://")) return false;
  if (/\s/.test(text) && !rooted.test(text)) return false;
  const end = text.slice(-longestEnd);
  return extension.test(end) ? /[/\\]/.test(text) || !hostName.test(end) : withoutExtension.test(end);
}

/** What a sentence or a log begins with that has a place in it: `Error in x.c`, `at x.c`, `Building x.c`. */
const prose =
  /^(?:a|an|the|at|in|on|of|by|for|from|to|with|see|and|but|when|while|because|this|that|line|file|error|errors|warning|note|info|debug|fatal|failed|failure|cannot|could|can't|unable|compiling|building|checking|linking|parsing|running|processing|loading|reading|generating|rebuilding|called|caused|defined|declared|included|imported)$/i;

/** `my dir/x.c`: words with one space between them, none of which begins a sentence. Only where nothing else could stand. */
function isSpacedPath(text: string): boolean {
  const end = text.slice(-longestEnd);
  if (!text.includes(" ") || text.length > longestPath || !start.test(text) || !extension.test(end)) return false;
  if (hostName.test(end)) return false;
  return !/[^\S ]| {2}|[:,;"'`<>|*?=]/.test(text) && !prose.test(text.slice(0, text.indexOf(" ")));
}

export interface PlaceOptions {
  /** The line could be nothing else than this tool's: a relative path may have spaces. */
  readonly spaces?: boolean;
}

/** Null when `path` does not look like one. A `file://` in front goes. */
export function placeOf(
  path: string,
  line?: string | undefined,
  column?: string | undefined,
  { spaces = false }: PlaceOptions = {},
): Place | null {
  const plain = path.startsWith("file://") ? path.slice("file://".length) : path;
  if (!isFilePath(plain) && !(spaces && isSpacedPath(plain))) return null;
  return { path: plain, line: position(line), column: position(column) };
}

/** Lines and columns count from 1; a tool that prints 0 does not know. */
function position(digits: string | undefined): number | null {
  if (digits === undefined || digits.length > mostDigits) return null;
  const value = Number(digits);
  return value >= 1 ? value : null;
}

const severities: ReadonlyMap<string, Severity> = new Map([
  ["error", "error"],
  ["err", "error"],
  ["fatal", "error"],
  ["fatal error", "error"],
  ["internal compiler error", "error"],
  ["sorry, unimplemented", "error"],
  ["warning", "warning"],
  ["warn", "warning"],
  ["note", "note"],
  ["info", "note"],
  ["message", "note"],
  ["remark", "note"],
  ["suggestion", "note"],
  ["hint", "help"],
  ["help", "help"],
]);

/** A tool's own word as one of ours; null when it is none of a severity. */
export function severityOf(word: string): Severity | null {
  return severities.get(word.toLowerCase()) ?? null;
}

/** `msg [-Wunused]` as message and code: the last brackets, when they hold one word. */
export function splitCode(message: string): { readonly message: string; readonly code: string | null } {
  const trimmed = message.trimEnd();
  const open = trimmed.endsWith("]") ? trimmed.lastIndexOf(" [") : -1;
  const code = trimmed.slice(open + 2, -1);
  if (open < 1 || !/^-?[A-Za-z][\w@/=+.:-]{0,99}$/.test(code)) return { message: trimmed, code: null };
  return { message: trimmed.slice(0, open).trimEnd(), code };
}
