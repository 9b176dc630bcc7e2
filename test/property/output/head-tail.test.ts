import fc from "fast-check";
import { expect, it } from "vitest";
import { HeadTail } from "../../../src/output/head-tail.ts";
import { countNewlines } from "../../../src/output/lines.ts";
import { previewEnds, previewOf } from "../../../src/output/preview.ts";

const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 30 });

it("HeadTail is a naive head and tail, for any chunks and limits, at any time", () => {
  fc.assert(
    fc.property(chunks, fc.nat(200), fc.nat(250), (pieces, limit, asked) => {
      const ends = new HeadTail(limit);
      let all = Buffer.alloc(0);
      for (const piece of [new Uint8Array(), ...pieces]) {
        ends.push(piece);
        all = Buffer.concat([all, piece]);
        for (const room of [limit, Math.min(limit, asked)]) {
          const { head, tail, omitted } = ends.ends(room);
          if (all.length <= room) {
            expect({ all: Buffer.concat([head, tail]), omitted }).toEqual({ all, omitted: 0 });
            continue;
          }
          expect(head).toEqual(all.subarray(0, Math.ceil(room / 2)));
          expect(tail).toEqual(all.subarray(all.length - Math.floor(room / 2)));
          expect(omitted).toBe(all.length - room);
        }
      }
      expect(ends.total).toBe(all.length);
    }),
  );
});

it("a preview splits no code point, and its counts add up", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "€", "😀", "\n"), maxLength: 120 });
  fc.assert(
    fc.property(text, fc.integer({ min: 8, max: 100 }), (printed, limit) => {
      const bytes = Buffer.from(printed);
      const ends = new HeadTail(limit);
      ends.push(bytes);
      const preview = previewOf(ends.ends(), { newlines: countNewlines(bytes), growing: false });
      const { head, tail } = previewEnds(preview);
      expect(preview.text).not.toContain("\ufffd");
      expect(printed.startsWith(head)).toBe(true);
      expect(printed.endsWith(tail ?? "")).toBe(true);
      expect(Buffer.byteLength(head + (tail ?? "")) + preview.omittedBytes).toBe(bytes.length);
      const shownNewlines = countNewlines(Buffer.from(head + (tail ?? "")));
      expect(shownNewlines + preview.omittedLines).toBe(countNewlines(bytes));
    }),
  );
});

it("countNewlines counts newlines, at any alignment", () => {
  const bytes = fc.uint8Array({ max: 14, maxLength: 600 });
  fc.assert(
    fc.property(bytes, fc.nat(9), (all, start) => {
      const part = all.subarray(start);
      expect(countNewlines(part)).toBe(part.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0));
    }),
  );
});
