/** Whatever the chunks, the lines are the same; whatever the line, the memory is bounded. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Line, LineSplitter } from "../../../src/rpc/lines.ts";

const text = fc.string({ unit: "binary", maxLength: 40 }).map((value) => value.replaceAll(/[\r\n\ud800-\udfff]/g, "ü"));
const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 30 });

function split(bytes: Uint8Array, at: readonly number[], maxBytes = 10_000): Line[] {
  const splitter = new LineSplitter(maxBytes);
  const bounds = [0, ...at.map((cut) => Math.min(cut, bytes.length)), bytes.length].sort((a, b) => a - b);
  const lines = bounds.slice(1).flatMap((end, index) => [...splitter.push(bytes.subarray(bounds[index], end))]);
  return [...lines, ...splitter.end()];
}

it("gives the same lines for any chunking of UTF-8, with either line end, and none for empty ones", () => {
  fc.assert(
    fc.property(fc.array(text), fc.constantFrom("\n", "\r\n"), cuts, fc.boolean(), (lines, lineEnd, at, ended) => {
      const bytes = Buffer.from(lines.join(lineEnd) + (ended ? lineEnd : ""));
      const got = split(bytes, at).map((line) => (line.kind === "line" ? line.text.replace(/\r$/, "") : line.kind));
      // A byte order mark at the start of a line is none of its text.
      const expected = lines.map((line) => line.replace(/^\ufeff/, "")).filter((line) => line.trim() !== "");
      expect(got).toEqual(expected);
    }),
  );
});

it("reports each line beyond the limit once, and the others as they are", () => {
  const line = fc.integer({ min: 1, max: 60 }).map((length) => "x".repeat(length));
  fc.assert(
    fc.property(fc.array(line), cuts, (lines, at) => {
      const got = split(Buffer.from(lines.map((each) => `${each}\n`).join("")), at, 30);
      expect(got).toEqual(
        lines.map((each) => (each.length > 30 ? { kind: "too_long" } : { kind: "line", text: each })),
      );
    }),
  );
});
