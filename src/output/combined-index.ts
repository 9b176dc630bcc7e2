/**
 * The order of two streams as records of 16 bytes: from `combinedStart` on, the combined output is what `stream` has from
 * `streamOffset` on, until the next record. One record for each change of streams, written before the bytes behind it: so
 * the files alone tell the order at any moment, to any process, also when the writer was killed.
 */
import type { Stream } from "./summary.ts";

export interface IndexRecord {
  readonly combinedStart: number;
  readonly stream: Stream;
  readonly streamOffset: number;
}

export const recordBytes = 16;

const stderrBit = 0x8000_0000;
const word = 2 ** 32;

/** Two little-endian 64-bit numbers; the top bit of the second says stderr. */
export function encodeRecords(records: readonly IndexRecord[]): Buffer {
  const bytes = Buffer.alloc(records.length * recordBytes);
  for (const [index, { combinedStart, stream, streamOffset }] of records.entries()) {
    const at = index * recordBytes;
    bytes.writeUInt32LE(combinedStart % word, at);
    bytes.writeUInt32LE(Math.floor(combinedStart / word), at + 4);
    bytes.writeUInt32LE(streamOffset % word, at + 8);
    bytes.writeUInt32LE(Math.floor(streamOffset / word) + (stream === "stderr" ? stderrBit : 0), at + 12);
  }
  return bytes;
}

/** What is behind the last whole record is ignored: it is still being written, or never was. */
export function decodeRecords(bytes: Buffer): IndexRecord[] {
  const records: IndexRecord[] = [];
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes) {
    const high = bytes.readUInt32LE(at + 12);
    records.push({
      combinedStart: bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * word,
      stream: high >= stderrBit ? "stderr" : "stdout",
      streamOffset: bytes.readUInt32LE(at + 8) + (high % stderrBit) * word,
    });
  }
  return records;
}

/** A piece of the combined output within one stream. */
export interface Run {
  readonly stream: Stream;
  readonly streamOffset: number;
  readonly length: number;
}

/** The runs between two combined offsets. `records` are consecutive; the last one ends at `recordsEnd`. */
export function runsBetween(
  records: readonly IndexRecord[],
  { from, to, recordsEnd }: { readonly from: number; readonly to: number; readonly recordsEnd: number },
): Run[] {
  const runs: Run[] = [];
  for (const [index, record] of records.entries()) {
    const start = Math.max(from, record.combinedStart);
    const end = Math.min(to, records[index + 1]?.combinedStart ?? recordsEnd);
    if (end <= start) continue;
    const streamOffset = record.streamOffset + (start - record.combinedStart);
    runs.push({ stream: record.stream, streamOffset, length: end - start });
  }
  return runs;
}

/** The number of the record in which `offset` lies: a binary search over `count` records, read one at a time. */
export async function findRecord(
  count: number,
  offset: number,
  startOf: (record: number) => Promise<number>,
): Promise<number> {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await startOf(middle)) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
