import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decodeRecords,
  encodeRecords,
  findRecord,
  type IndexRecord,
  runsBetween,
} from "../../../src/output/combined-index.ts";
import { readOutput } from "../../../src/output/reader.ts";
import type { Stream } from "../../../src/output/summary.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

const stream = fc.constantFrom<Stream>("stdout", "stderr");

it("records survive encoding, up to the largest offsets, and half a record is no record", () => {
  const record = fc.record<IndexRecord>({ combinedStart: fc.maxSafeNat(), stream, streamOffset: fc.maxSafeNat() });
  fc.assert(
    fc.property(fc.array(record), fc.integer({ min: 0, max: 15 }), (records, more) => {
      expect(decodeRecords(Buffer.concat([encodeRecords(records), Buffer.alloc(more)]))).toEqual(records);
    }),
  );
});

it("the search finds the record that a scan finds", async () => {
  const lengths = fc.array(fc.nat(5), { minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(lengths, fc.nat(250), async (all, offset) => {
      const starts = all.map((_, index) => all.slice(0, index).reduce((sum, length) => sum + length, 0));
      const expected = starts.findLastIndex((start) => start <= offset);
      expect(await findRecord(starts.length, offset, async (record) => starts[record] ?? Number.NaN)).toBe(expected);
    }),
  );
});

it("runs cover exactly what was asked for", () => {
  const lengths = fc.array(fc.nat(9), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(lengths, fc.nat(120), fc.nat(120), (all, a, b) => {
      const sizes = { stdout: 0, stderr: 0 };
      const bytes: string[] = [];
      const records = all.map((length, index): IndexRecord => {
        const to: Stream = index % 2 === 0 ? "stdout" : "stderr";
        const record = { combinedStart: bytes.length, stream: to, streamOffset: sizes[to] };
        for (let byte = 0; byte < length; byte++) bytes.push(`${to} ${sizes[to]++}`);
        return record;
      });
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const runs = runsBetween(records, { from, to, recordsEnd: bytes.length });
      const covered = runs.flatMap((run) =>
        Array.from({ length: run.length }, (_, index) => `${run.stream} ${run.streamOffset + index}`),
      );
      expect(covered).toEqual(bytes.slice(from, to));
    }),
  );
});

it("ranges over more changes of streams than are looked at in one go are right", async () => {
  using artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const recorder = recorderIn(directory);
  const total = 20_000;
  const whole = Buffer.from(Array.from({ length: total }, (_, index) => index % 251));
  for (let at = 0; at < total; at++) recorder.write(at % 2 === 0 ? "stdout" : "stderr", whole.subarray(at, at + 1));
  await fc.assert(
    fc.asyncProperty(fc.nat(total), fc.nat(total), async (offset, length) => {
      const { bytes } = await readOutput({ directory, stream: "combined", offset, length });
      expect(bytes.equals(whole.subarray(offset, offset + length))).toBe(true);
    }),
    {
      numRuns: 60,
      examples: [
        [0, total],
        [0, 4_096],
        [4_095, 2],
        [4_096, 4_097],
      ],
    },
  );
  await recorder.finish();
  const laidOut = await readOutput({ directory, stream: "combined" });
  expect(laidOut.bytes.equals(whole)).toBe(true);
  expect(laidOut.path).not.toBeNull();
});

it("a reader beside a busy writer always sees a beginning of what was written, then all of it", async () => {
  using artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const recorder = recorderIn(directory);
  const written: Buffer[] = [];
  let reads = 0;
  let done = false;
  const writing = (async () => {
    // Until enough was read; the bound keeps a page large enough for all of it.
    for (let turn = 0; reads < 100 && turn < 40_000; turn++) {
      const chunk = Buffer.from(`${turn},`.repeat((turn % 4) + 1));
      written.push(chunk);
      recorder.write(turn % 5 < 2 ? "stdout" : "stderr", chunk);
      if (turn % 3 === 0) await new Promise(setImmediate);
    }
    await recorder.finish();
    done = true;
  })();
  while (!done) {
    const { bytes, total } = await readOutput({ directory, stream: "combined", length: 2 ** 20 });
    expect(bytes.length).toBe(total);
    expect(Buffer.concat(written).subarray(0, total).equals(bytes)).toBe(true);
    reads++;
  }
  await writing;
  const { bytes } = await readOutput({ directory, stream: "combined", length: 2 ** 20 });
  expect(bytes.equals(Buffer.concat(written))).toBe(true);
  expect(reads).toBeGreaterThan(50);
});
