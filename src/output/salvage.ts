/** What a dead host left of a command's output: counted, hashed and previewed from the files alone. */
import { open } from "node:fs/promises";
import type { ArtifactPaths } from "./artifacts.ts";
import { type PreviewText, previewOf } from "./preview.ts";
import { summarizeArtifacts } from "./summarize.ts";
import type { OutputSummary, StreamSummary } from "./summary.ts";

export interface Salvage {
  readonly output: OutputSummary;
  readonly stdout: PreviewText;
  readonly stderr: PreviewText;
}

/** Of head and tail each: the inline default of a report, halved. */
const endBytes = 25_000;

/** Never throws: what cannot be read is missing, and the summary says so. */
export async function salvage({ directory, stdout, stderr }: ArtifactPaths): Promise<Salvage> {
  const output = await summarizeArtifacts(directory, { merged: stderr === null });
  return {
    output,
    stdout: await previewFile(stdout, output.stdout),
    stderr: await previewFile(stderr, output.stderr),
  };
}

async function previewFile(path: string | null, { lines }: StreamSummary): Promise<PreviewText> {
  const nothing = { head: Buffer.alloc(0), tail: Buffer.alloc(0), omitted: 0 };
  const ends = path === null ? nothing : await bothEnds(path).catch(() => nothing);
  const last = ends.tail.at(-1) ?? ends.head.at(-1);
  const isOpen = last !== undefined && last !== 0x0a;
  return previewOf(ends, { newlines: isOpen ? lines - 1 : lines, growing: false });
}

async function bothEnds(path: string) {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const read = async (from: number, to: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from);
    return buffer.subarray(0, bytesRead);
  };
  const headEnd = Math.min(size, endBytes);
  const tailStart = Math.max(headEnd, size - endBytes);
  return { head: await read(0, headEnd), tail: await read(tailStart, size), omitted: tailStart - headEnd };
}
