/** What a dead host left of a command's output: counted, hashed and previewed from the files alone. */
import { openFileSource } from "./artifact-file.ts";
import type { ArtifactPaths } from "./artifacts.ts";
import type { Ends } from "./head-tail.ts";
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

const nothing: Ends = { head: Buffer.alloc(0), tail: Buffer.alloc(0), omitted: 0 };

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
  const ends = path === null ? nothing : await bothEnds(path).catch(() => nothing);
  const last = ends.tail.at(-1) ?? ends.head.at(-1);
  const isOpen = last !== undefined && last !== 0x0a;
  return previewOf(ends, { newlines: isOpen ? lines - 1 : lines, growing: false });
}

/** Through `openFileSource`: a sandboxed command may have put a link in place of its output, to what it could not read itself. */
async function bothEnds(path: string): Promise<Ends> {
  await using source = await openFileSource(path);
  if (source === null) return nothing;
  const headEnd = Math.min(source.size, endBytes);
  const tailStart = Math.max(headEnd, source.size - endBytes);
  const head = await source.read(0, headEnd);
  return { head, tail: await source.read(tailStart, source.size - tailStart), omitted: tailStart - headEnd };
}
