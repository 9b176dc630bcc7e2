/** What a command has printed since some moment: the end of it when it is much. */
import { readOutput } from "../output/reader.ts";
import type { Handle } from "./handle.ts";

export interface NewOutput {
  readonly text: string;
  /** Where `text` begins, and where to go on, in bytes of `combined`. */
  readonly offset: number;
  readonly nextOffset: number;
  /** Bytes between the moment and `offset`. */
  readonly omittedBytes: number;
}

/** The last of a reply is what matters: the prompt, the error. 16 KiB are more than a model wants to read. */
const mostBytes = 16 * 1024;

/** `since`: an offset of `combined`. What cannot be read (the disk fails) is empty. */
export async function newOutput(handle: Handle, since: number): Promise<NewOutput> {
  const { directory, recorder } = handle;
  const total = recorder?.bytes("combined") ?? since;
  const offset = Math.max(since, total - mostBytes);
  const range = { directory, stream: "combined", offset, length: mostBytes, text: true, growing: true } as const;
  const page = await readOutput(range).catch(() => null);
  if (page === null) return { text: "", offset, nextOffset: offset, omittedBytes: offset - since };
  return {
    text: page.bytes.toString("utf8"),
    offset: page.offset,
    nextOffset: page.nextOffset,
    omittedBytes: page.offset - since,
  };
}
