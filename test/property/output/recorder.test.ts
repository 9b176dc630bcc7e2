import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { readLines } from "../../../src/output/line-reader.ts";
import { readOutput } from "../../../src/output/reader.ts";
import type { Stream } from "../../../src/output/summary.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

interface Write {
  readonly stream: Stream;
  readonly bytes: Uint8Array;
}

const stream = fc.constantFrom<Stream>("stdout", "stderr");
const printable = fc
  .uint8Array({ max: 127, maxLength: 30 })
  .map((bytes) => bytes.map((byte) => (byte < 20 ? 10 : byte)));
const anyBytes = fc.oneof(printable, fc.uint8Array({ maxLength: 30 }));
const writes = fc.array(fc.record<Write>({ stream, bytes: anyBytes }), { maxLength: 40 });

const bytesOf = (all: readonly Write[], only?: Stream) =>
  Buffer.concat(all.filter((write) => only === undefined || write.stream === only).map((write) => write.bytes));

const linesOf = (bytes: Buffer) =>
  bytes.filter((byte) => byte === 10).length + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0);

/** Lines `from` to `to`, as `readLines` counts them. */
function linesBetween(text: string, from: number, to: number): string {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const start = from < 0 ? Math.max(0, lines.length + from) : from - 1;
  return lines.slice(start, to < 0 ? lines.length + to + 1 : to).join("");
}

it("any interleaving: files, counts, hash and order are those of the writes, while running and after", async () => {
  using artifacts = artifactsRoot();
  await fc.assert(
    fc.asyncProperty(writes, fc.nat(40), async (all, lookAfter) => {
      const directory = artifacts.directory();
      const recorder = recorderIn(directory);
      for (const [index, { stream: to, bytes }] of all.entries()) {
        recorder.write(to, bytes);
        if (index !== lookAfter) continue;
        const running = await readOutput({ directory, stream: "combined" });
        expect(running.bytes).toEqual(bytesOf(all.slice(0, index + 1)));
      }
      const summary = await recorder.finish();
      const combined = bytesOf(all);
      for (const name of ["stdout", "stderr"] as const) {
        const expected = bytesOf(all, name);
        expect(readFileSync(join(directory, `${name}.txt`))).toEqual(expected);
        expect(summary[name]).toMatchObject({ bytes: expected.length, lines: linesOf(expected) });
      }
      expect(readFileSync(join(directory, "combined.txt"))).toEqual(combined);
      expect(summary.combined).toMatchObject({ bytes: combined.length, lines: linesOf(combined) });
      expect(summary.sha256).toBe(`sha256:${createHash("sha256").update(combined).digest("hex")}`);
    }),
    { numRuns: 150 },
  );
});

it("any chunking gives the same summary and preview", async () => {
  using artifacts = artifactsRoot();
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      sizes,
      fc.nat(100),
      fc.nat(500),
      async (all, cuts, previewBytes, maxBytes) => {
        const results = [];
        for (const chunkSizes of [[Math.max(1, all.length)], cuts]) {
          const recorder = recorderIn(artifacts.directory(), { previewBytes, maxBytes });
          for (let at = 0, turn = 0; at < all.length; turn++) {
            const size = chunkSizes[turn % chunkSizes.length] ?? 1;
            recorder.write("stdout", all.subarray(at, at + size));
            at += size;
          }
          const { stdout, combined, ...rest } = await recorder.finish();
          const counts = [stdout.bytes, stdout.lines, combined.bytes, combined.lines];
          results.push({ counts, rest: { ...rest, stderr: null }, preview: recorder.preview("stdout") });
        }
        expect(results[1]).toEqual(results[0]);
        expect(results[0]?.counts[0]).toBe(Math.min(all.length, maxBytes));
      },
    ),
    { numRuns: 150 },
  );
});

it("pages and lines put together are the whole, whatever their size, also through the index", async () => {
  using artifacts = artifactsRoot();
  const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\n"), maxLength: 60 });
  const texts = fc.array(fc.record({ stream, text }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), fc.boolean(), async (all, length, finished) => {
      const directory = artifacts.directory();
      const recorder = recorderIn(directory);
      for (const write of all) recorder.write(write.stream, Buffer.from(write.text));
      if (finished) await recorder.finish();
      const whole = all.map((write) => write.text).join("");

      let paged = "";
      for (let offset = 0, eof = false; !eof; ) {
        const page = await readOutput({
          directory,
          stream: "combined",
          offset,
          length,
          text: true,
          growing: !finished,
        });
        expect(page.eof || page.nextOffset > offset).toBe(true);
        paged += page.bytes.toString();
        ({ nextOffset: offset, eof } = page);
      }
      expect(paged).toBe(whole);

      for (const [from, to] of [
        [1, 2],
        [2, -1],
        [-3, -2],
        [-length, -1],
        [length, length],
      ] as const) {
        const page = await readLines({ directory, stream: "combined", from, to });
        expect(page.bytes.toString()).toBe(linesBetween(whole, from, to));
      }
    }),
    { numRuns: 150 },
  );
});

it("text from any offset from the end begins and ends between code points", async () => {
  using artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const recorder = recorderIn(directory);
  recorder.write("stdout", Buffer.from("a€é😀\nb😀"));
  await recorder.finish();
  for (let offset = -16; offset < 0; offset++) {
    for (let length = 1; length < 17; length++) {
      const { bytes } = await readOutput({ directory, stream: "stdout", offset, length, text: true });
      expect(bytes.toString(), `${offset} ${length}`).not.toContain("\ufffd");
    }
  }
});
