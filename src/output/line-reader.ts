/** Ranges of lines of what a handle printed, while it runs and after. */
import { LonghandError } from "../base/errors.ts";
import type { Source } from "./artifact-file.ts";
import type { ArtifactName } from "./artifacts.ts";
import { countNewlines, LineCounter } from "./lines.ts";
import { checkInteger, defaultPageBytes, largestPageBytes } from "./reader.ts";
import { openSource } from "./source.ts";
import { wholeEnd } from "./text.ts";

const newline = 0x0a;
/** Read in one go while looking for a line: constant memory whatever the size of the output. */
const blockBytes = 2 ** 18;

export interface ReadLinesOptions {
  readonly directory: string;
  readonly stream: ArtifactName;
  /** The first line, 1 for the first of all; negative counts from the end, -1 is the last. Default 1. */
  readonly from?: number;
  /** The last line, included. Default -1. */
  readonly to?: number;
  /** Default 65,536; more than 1 MiB is 1 MiB. */
  readonly maxBytes?: number;
}

export interface LinesPage {
  /** Whole lines with their newlines. Only a line that is longer than the limit is cut, between code points. */
  readonly bytes: Buffer;
  /** Numbers of the first and the last line, from 1; `to` is `from - 1` when there are none. */
  readonly from: number;
  readonly to: number;
  /** Where the page begins and ends in bytes: `readOutput` goes on from `nextOffset`. */
  readonly offset: number;
  readonly nextOffset: number;
  /** Lines there are in all; null when it was not necessary to count them. */
  readonly total: number | null;
  /** Lines were asked for, and exist, that did not fit. */
  readonly truncated: boolean;
}

/** Lines that do not exist are left out. Throws what `readOutput` throws. */
export async function readLines(options: ReadLinesOptions): Promise<LinesPage> {
  const { directory, stream, from = 1, to = -1, maxBytes = defaultPageBytes } = options;
  for (const [param, line] of [
    ["from", from],
    ["to", to],
  ] as const)
    checkLine(param, line);
  checkInteger("max_bytes", maxBytes, 0);
  await using source = await openSource(directory, stream);
  // To the end needs no count; only a number from the end does.
  const total = from < 0 || to < -1 ? await countLines(source) : null;
  const first = Math.max(1, from < 0 ? (total ?? 0) + 1 + from : from);
  const last = to === -1 ? Number.POSITIVE_INFINITY : to < 0 ? (total ?? 0) + 1 + to : to;
  const offset = await offsetOfLine(source, first);
  const bytes = last < first ? Buffer.alloc(0) : await source.read(offset, Math.min(maxBytes, largestPageBytes));
  const end = endOfLines(bytes, last - first + 1);
  const complete = end !== null || offset + bytes.length >= source.size || last < first;
  const kept = bytes.subarray(0, complete ? (end ?? bytes.length) : cut(bytes));
  const lines = new LineCounter();
  lines.add(kept);
  return {
    bytes: kept,
    from: first,
    to: first + lines.lines - 1,
    offset,
    nextOffset: offset + kept.length,
    total,
    truncated: !complete,
  };
}

function checkLine(param: string, line: number): void {
  checkInteger(param, line);
  if (line !== 0) return;
  const expected = "a line from 1 on, or negative to count from the end";
  throw new LonghandError("invalid_parameter", `${param} must be ${expected}, got 0`, {
    param,
    details: { expected, got: "0" },
  });
}

async function countLines(source: Source): Promise<number> {
  const counter = new LineCounter();
  for (let at = 0; at < source.size; at += blockBytes) counter.add(await source.read(at, blockBytes));
  return counter.lines;
}

/** Where a line begins; the end when there are fewer lines. */
async function offsetOfLine(source: Source, line: number): Promise<number> {
  let missing = line - 1;
  for (let at = 0; at < source.size && missing > 0; at += blockBytes) {
    const block = await source.read(at, blockBytes);
    const newlines = countNewlines(block);
    if (newlines >= missing) return at + (endOfLines(block, missing) ?? block.length);
    missing -= newlines;
  }
  return missing > 0 ? source.size : 0;
}

/** Length of the first `count` lines with their newlines; null when not all of them end in `bytes`. */
function endOfLines(bytes: Buffer, count: number): number | null {
  let end = 0;
  for (let line = 0; line < count; line++) {
    const found = bytes.indexOf(newline, end);
    if (found === -1) return null;
    end = found + 1;
  }
  return end;
}

/** What of a page that is too small for all lines: the whole lines, or what fits of the only one. */
function cut(bytes: Buffer): number {
  const lastNewline = bytes.lastIndexOf(newline);
  return lastNewline === -1 ? wholeEnd(bytes) || bytes.length : lastNewline + 1;
}
