/** What a process has printed, from its artifacts: page by page with a cursor, or whole as far as it is bounded. */
import { isUtf8 } from "node:buffer";
import { isLonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { ArtifactName } from "../output/artifacts.ts";
import { largestPageBytes, readOutput } from "../output/reader.ts";
import { decodeUtf8, wholeEnd, wholeStart } from "../output/text.ts";

export interface PageRequest {
  readonly directory: string;
  readonly stream: "stdout" | "stderr";
  readonly offset: number;
  /** More may come: the start of a code point at the very end is left for the next page. */
  readonly growing: boolean;
}

export interface Page {
  readonly fields: JsonObject;
  /** False when retention has freed it. */
  readonly kept: boolean;
}

/** At most 1 MiB from the cursor on, and the cursor of what follows. */
export async function pageOf({ directory, stream, offset, growing }: PageRequest): Promise<Page> {
  const page = await keptOutput({ directory, stream, offset, growing, text: true, length: largestPageBytes });
  const fields = {
    [stream]: page === null ? "" : decodeUtf8(page.bytes),
    // A cursor beyond the end stays what it was: output may still come up to it.
    [`${stream}_next_offset`]: page === null ? offset : Math.max(offset, page.nextOffset),
    [`${stream}_total_bytes`]: page?.total ?? null,
    [`${stream}_eof`]: page?.eof ?? true,
  };
  return { fields, kept: page !== null };
}

export interface WholeText {
  /** Up to 1 MiB: beyond that both ends, and a line that says what is left out. */
  readonly text: string;
  readonly omittedBytes: number;
  /** Null when it was not looked at as a whole. */
  readonly utf8Valid: boolean | null;
  readonly kept: boolean;
}

/** Of a command that has ended. */
export async function wholeText(directory: string, stream: ArtifactName): Promise<WholeText> {
  const first = await keptOutput({ directory, stream, length: largestPageBytes });
  if (first === null) return { text: "", omittedBytes: 0, utf8Valid: null, kept: false };
  if (first.eof) return { text: decodeUtf8(first.bytes), omittedBytes: 0, utf8Valid: isUtf8(first.bytes), kept: true };
  const half = largestPageBytes / 2;
  const last = await readOutput({ directory, stream, offset: -half, length: half });
  const head = first.bytes.subarray(0, wholeEnd(first.bytes.subarray(0, half)));
  const tail = last.bytes.subarray(wholeStart(last.bytes));
  const omittedBytes = last.total - head.length - tail.length;
  const text = `${decodeUtf8(head)}\n[${omittedBytes} bytes omitted]\n${decodeUtf8(tail)}`;
  return { text, omittedBytes, utf8Valid: null, kept: true };
}

async function keptOutput(options: Parameters<typeof readOutput>[0]) {
  try {
    return await readOutput(options);
  } catch (error) {
    // How it ended is known all the same.
    if (isLonghandError(error) && error.kind === "not_found") return null;
    throw error;
  }
}
