/** A search in pieces finds what a search in the whole text finds, at the bytes where it was printed. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, type OutputPattern } from "../../../src/output/output-pattern.ts";
import { OutputSearch } from "../../../src/output/output-search.ts";
import { SearchTurns } from "../../../src/output/search-turns.ts";
import { artifactsRoot } from "../../support/artifacts-root.ts";

interface Token {
  readonly raw: string;
  /** What a person sees of it. */
  readonly seen: string;
}

const shown = ["a", "b", "ready", "5", "73", " ", "-", "é", "日本", "🎉", "\n", ":"].map((raw) => ({ raw, seen: raw }));
const hidden = ["\x1b[32m", "\x1b[0m", "\x1b[1;38;5;99m", "\x1b]0;ready 5\x07", "\x1b]8;;http://a:5\x1b\\", "\x1b(B"];
const tokens: readonly Token[] = [...shown, { raw: "\r\n", seen: "\n" }, ...hidden.map((raw) => ({ raw, seen: "" }))];
const output = fc.array(fc.constantFrom(...tokens), { maxLength: 40 });

/** No match of them is longer than `span` bytes below, and none can be shorter once more is there. */
const fixed = [
  { source: "ready", regex: false },
  { source: "5\n", regex: false },
  { source: "日本", regex: false },
  { source: "ab", regex: false },
  { source: "^ready$", regex: true },
  { source: "\\bready\\b", regex: true },
  { source: "a[^b]5", regex: true },
  { source: "5\\r\\n", regex: true },
  { source: "^$", regex: true },
  { source: "(?i)READY.", regex: true },
  { source: "é\\s", regex: true },
];
const greedy = ["ready.*5", "\\d+", "(?:a|b|\\d)+:?", ".+$", "\\pL+$"].map((source) => ({ source, regex: true }));

/** Where each byte of the text was, and the text: put together from what the tokens are known to be. */
function seenOf(parts: readonly Token[]): {
  readonly text: string;
  readonly raw: Buffer;
  readonly places: readonly number[];
} {
  const places: number[] = [];
  let at = 0;
  for (const { raw, seen } of parts) {
    const length = Buffer.byteLength(raw);
    const skipped = seen === "\n" ? length - 1 : 0;
    for (let byte = 0; byte < Buffer.byteLength(seen); byte++) places.push(at + skipped + byte);
    at += length;
  }
  const raw = Buffer.from(parts.map((part) => part.raw).join(""));
  return { text: parts.map((part) => part.seen).join(""), raw, places: [...places, raw.length] };
}

interface Expected {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function expected(
  parts: readonly Token[],
  { source, regex }: { source: string; regex: boolean },
  from: number,
): Expected | null {
  const { text, places } = seenOf(parts);
  const flags = source.startsWith("(?i)") ? "gimu" : "gmu";
  const plain = source
    .replace("(?i)", "")
    .replace("\\r\\n", "\\n")
    .replaceAll(/\\p(L)/g, "\\p{$1}");
  const pattern = new RegExp(regex ? plain : plain.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"), flags);
  const firstByte = places.findIndex((place) => place >= from);
  const bytes = Buffer.from(text);
  pattern.lastIndex = bytes.subarray(0, firstByte).toString().length;
  const found = pattern.exec(text);
  if (found === null) return null;
  const start = Buffer.byteLength(text.slice(0, found.index));
  const end = start + Buffer.byteLength(found[0]);
  const rawStart = places[start] ?? -1;
  return { start: rawStart, end: end > start ? (places[end - 1] ?? -1) + 1 : rawStart, text: found[0] };
}

async function searchIn(raw: Buffer, cuts: readonly number[], pattern: OutputPattern, fromOffset: number) {
  using artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const search = new OutputSearch({ directory, stream: "stdout", pattern, fromOffset, turns: new SearchTurns() });
  const places = [...new Set(cuts.map((cut) => cut % (raw.length + 1)))].sort((a, b) => a - b);
  let at = 0;
  for (const place of places) {
    appendFileSync(join(directory, "stdout.txt"), raw.subarray(at, place));
    at = place;
    const found = await search.look({ final: false });
    if (found !== null) return found;
  }
  appendFileSync(join(directory, "stdout.txt"), raw.subarray(at));
  return await search.look({ final: true });
}

const cuts = fc.array(fc.nat({ max: 400 }), { maxLength: 8 });
const windows = fc.record({ span: fc.integer({ min: 12, max: 30 }), page: fc.integer({ min: 4, max: 30 }) });
const startTokens = fc.nat({ max: 10 });

function startOf(parts: readonly Token[], count: number): number {
  return Buffer.byteLength(
    parts
      .slice(0, count)
      .map(({ raw }) => raw)
      .join(""),
  );
}

describe("a search in pieces", () => {
  it("finds what is there, at its bytes, wherever output and windows are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        output,
        fc.constantFrom(...fixed),
        cuts,
        windows,
        startTokens,
        async (parts, asked, places, sizes, count) => {
          const from = startOf(parts, count);
          const pattern = { ...compilePattern(asked.source, asked), ...sizes };
          const found = await searchIn(seenOf(parts).raw, places, pattern, from);
          const wanted = expected(parts, asked, from);
          expect(found === null ? null : { start: found.start, end: found.end, text: found.text }).toEqual(wanted);
        },
      ),
      { numRuns: 600 },
    );
  }, 60_000);

  it("finds the start of what may go on, and all of it when all is there", async () => {
    await fc.assert(
      fc.asyncProperty(output, fc.constantFrom(...greedy), cuts, startTokens, async (parts, asked, places, count) => {
        const from = startOf(parts, count);
        const pattern = compilePattern(asked.source, asked);
        const wanted = expected(parts, asked, from);
        const { raw } = seenOf(parts);
        const atOnce = await searchIn(raw, [], pattern, from);
        expect(atOnce === null ? null : { start: atOnce.start, end: atOnce.end, text: atOnce.text }).toEqual(wanted);
        const inPieces = await searchIn(raw, places, pattern, from);
        expect(inPieces?.start).toBe(wanted?.start);
        if (inPieces !== null) expect(wanted?.text.startsWith(inPieces.text)).toBe(true);
      }),
      { numRuns: 400 },
    );
  }, 60_000);
});
