/** Pages of what a handle printed, by byte, while it runs and after. */
import { LonghandError } from "../base/errors.ts";
import type { Source } from "./artifact-file.ts";
import type { ArtifactName } from "./artifacts.ts";
import { openSource } from "./source.ts";
import { wholeEnd, wholeStart } from "./text.ts";

export const defaultPageBytes = 65_536;
export const largestPageBytes = 2 ** 20;
/** What a code point can have beyond its first byte. */
const codePointRest = 3;

export interface ReadOptions {
  /** The artifacts directory of the handle. */
  readonly directory: string;
  readonly stream: ArtifactName;
  /** Bytes from the start; negative counts from the end. Default 0. */
  readonly offset?: number;
  /** Default 65,536; more than 1 MiB is 1 MiB. */
  readonly length?: number;
  /**
   * Ends the page between code points, so that pages decode one by one without damage; one code point is given whole even
   * when it is longer than `length`. A page from the end begins between code points too.
   */
  readonly text?: boolean;
  /** More may be printed: the start of a code point at the very end is left for the next page. Matters for `text` only. */
  readonly growing?: boolean;
}

export interface OutputPage {
  readonly bytes: Buffer;
  /** Where the page begins, from the start. */
  readonly offset: number;
  /** Where to go on. */
  readonly nextOffset: number;
  /** Bytes there were at the moment of reading. */
  readonly total: number;
  /** Nothing was behind the page at that moment. */
  readonly eof: boolean;
  /** The file it came from; null when it has none of its own. */
  readonly path: string | null;
}

/**
 * An offset past the end gives 0 bytes at the end, and `eof`. Throws `invalid_parameter`, `not_found` when the output is no longer kept,
 * `unsupported` for the combined output of two streams captured by file, and `unavailable` when the disk fails.
 */
export async function readOutput(options: ReadOptions): Promise<OutputPage> {
  const { directory, stream, offset = 0, length = defaultPageBytes, text = false, growing = false } = options;
  checkInteger("offset", offset);
  checkInteger("length", length, 0);
  await using source = await openSource(directory, stream);
  const start = offset < 0 ? Math.max(0, source.size + offset) : Math.min(offset, source.size);
  const wanted = Math.min(length, largestPageBytes);
  if (!text) return page(source, start, await source.read(start, wanted));
  const bytes = await source.read(start, wanted === 0 ? 0 : wanted + codePointRest);
  const skipped = offset < 0 && start > 0 ? Math.min(wholeStart(bytes), wanted) : 0;
  const end = textEnd(bytes, { wanted, atEnd: start + bytes.length >= source.size, growing });
  return page(source, start + skipped, bytes.subarray(skipped, Math.max(skipped, end)));
}

function page(source: Source, offset: number, bytes: Buffer): OutputPage {
  const nextOffset = offset + bytes.length;
  return { bytes, offset, nextOffset, total: source.size, eof: nextOffset >= source.size, path: source.path };
}

/** How much of `bytes` is the page: up to `wanted`, or the first code point when that is longer. */
function textEnd(
  bytes: Buffer,
  { wanted, atEnd, growing }: { readonly wanted: number; readonly atEnd: boolean; readonly growing: boolean },
): number {
  // Behind the last byte there is nothing to wait for, unless it is still being printed.
  if (atEnd && bytes.length <= wanted) return growing ? wholeEnd(bytes) : bytes.length;
  const end = wholeEnd(bytes.subarray(0, wanted));
  if (end > 0 || wanted === 0) return end;
  for (let longer = wanted + 1; longer <= bytes.length; longer++) {
    if (wholeEnd(bytes.subarray(0, longer)) > 0) return wholeEnd(bytes.subarray(0, longer));
  }
  return growing && atEnd ? 0 : bytes.length;
}

export function checkInteger(param: string, value: number, least = Number.MIN_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  const expected = least === 0 ? "a whole number, 0 or more" : "a whole number";
  throw new LonghandError("invalid_parameter", `${param} must be ${expected}, got ${value}`, {
    param,
    details: { expected, got: String(value) },
  });
}
