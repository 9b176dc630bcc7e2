/** The combined output of two streams that has no file of its own: put together from both, in the order of the index. */
import type { FileHandle } from "node:fs/promises";
import { LonghandError } from "../base/errors.ts";
import { readAt, type Source } from "./artifact-file.ts";
import { decodeRecords, findRecord, type IndexRecord, type Run, recordBytes, runsBetween } from "./combined-index.ts";
import type { Stream } from "./summary.ts";

/** Records looked at in one go: 64 KiB, whatever the size of the runs. */
const windowRecords = 4096;
/** Looks for a moment in which the streams did not change, before the end of the last whole run is taken instead. */
const looks = 3;

interface Snapshot {
  readonly count: number;
  readonly size: number;
}

/** Null while the index has no record. Takes over the file it is given. */
export async function openIndexed(
  index: FileHandle,
  openStream: (stream: Stream) => Promise<FileHandle>,
): Promise<Source | null> {
  await using opened = new AsyncDisposableStack();
  opened.use(index);
  const files = { stdout: opened.use(await openStream("stdout")), stderr: opened.use(await openStream("stderr")) };
  const snapshot = await measure(index, files);
  if (snapshot === null) return null;
  const owned = opened.move();
  return {
    path: null,
    size: snapshot.size,
    read: (offset, length) => readIndexed(index, files, snapshot, offset, length),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/**
 * How long the combined output is now. Only the stream of the last record grows; if no record was added while its size was
 * taken, that size belongs to that record. A writer that never pauses gets the end of the last whole run, which is on disk.
 */
async function measure(index: FileHandle, files: Record<Stream, FileHandle>): Promise<Snapshot | null> {
  let count = await recordCount(index);
  for (let look = 1; count > 0; look++) {
    const [last] = await readRecords(index, count - 1, 1);
    if (last === undefined) return null;
    const { size } = await files[last.stream].stat();
    const now = await recordCount(index);
    if (now === count) return { count, size: last.combinedStart + Math.max(0, size - last.streamOffset) };
    if (look === looks) return { count, size: last.combinedStart };
    count = now;
  }
  return null;
}

async function recordCount(index: FileHandle): Promise<number> {
  return Math.floor((await index.stat()).size / recordBytes);
}

async function readRecords(index: FileHandle, from: number, count: number): Promise<IndexRecord[]> {
  return decodeRecords(await readAt(index, from * recordBytes, count * recordBytes));
}

async function readIndexed(
  index: FileHandle,
  files: Record<Stream, FileHandle>,
  { count, size }: Snapshot,
  offset: number,
  length: number,
): Promise<Buffer> {
  const end = Math.min(size, offset + length);
  if (end <= offset) return Buffer.alloc(0);
  const startOf = async (record: number) => (await readRecords(index, record, 1))[0]?.combinedStart ?? size;
  const parts: Buffer[] = [];
  let from = offset;
  for (let record = await findRecord(count, offset, startOf); from < end; record += windowRecords) {
    // One more than the window: its start is where the last one of the window ends.
    const records = await readRecords(index, record, Math.min(windowRecords + 1, count - record));
    const next = records.length > windowRecords ? records.pop() : undefined;
    const recordsEnd = next?.combinedStart ?? size;
    const to = Math.min(end, recordsEnd);
    parts.push(await interleave(files, runsBetween(records, { from, to, recordsEnd }), to - from));
    from = to;
  }
  return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
}

/** Consecutive runs of one stream lie behind each other in its file: one read for each stream, then copying in memory. */
async function interleave(files: Record<Stream, FileHandle>, runs: readonly Run[], length: number): Promise<Buffer> {
  const [stdout, stderr] = await Promise.all([
    readRuns(
      files.stdout,
      runs.filter((run) => run.stream === "stdout"),
    ),
    readRuns(
      files.stderr,
      runs.filter((run) => run.stream === "stderr"),
    ),
  ]);
  const streams = { stdout, stderr };
  const taken = { stdout: 0, stderr: 0 };
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { stream, length: runLength } of runs) {
    at += streams[stream].copy(bytes, at, taken[stream], taken[stream] + runLength);
    taken[stream] += runLength;
  }
  if (at < length) throw new LonghandError("unavailable", "an artifact is shorter than it was: something truncated it");
  return bytes;
}

async function readRuns(file: FileHandle, runs: readonly Run[]): Promise<Buffer> {
  const first = runs[0];
  const length = runs.reduce((sum, run) => sum + run.length, 0);
  return first === undefined ? Buffer.alloc(0) : await readAt(file, first.streamOffset, length);
}
