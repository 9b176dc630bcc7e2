import { describe, expect, it } from "vitest";
import { HeadTail } from "../../../src/output/head-tail.ts";
import { countNewlines } from "../../../src/output/lines.ts";
import { previewEnds, previewOf } from "../../../src/output/preview.ts";

function previewOfText(text: string, limit: number, { asked = limit, growing = false } = {}) {
  const bytes = Buffer.from(text);
  const ends = new HeadTail(limit);
  ends.push(bytes);
  return previewOf(ends.ends(asked), { newlines: countNewlines(bytes), growing });
}

describe("previewOf", () => {
  it("is everything when it fits, also across the seam of head and tail", () => {
    expect(previewOfText("a😀b", 6)).toEqual({ text: "a😀b", truncated: false, omittedBytes: 0, omittedLines: 0 });
  });

  it("says how much is between head and tail", () => {
    const preview = previewOfText("one\ntwo\nthree\nfour\n", 10);
    expect(preview).toMatchObject({ truncated: true, omittedBytes: 9, omittedLines: 2, headChars: 5 });
    expect(preview.text).toBe("one\nt\n[... 9 bytes, 2 lines omitted ...]\nfour\n");
  });

  it("splits no code point at either cut, and counts what that costs", () => {
    const preview = previewOfText("😀".repeat(10), 12);
    expect(preview.text).toBe("😀\n[... 32 bytes, 0 lines omitted ...]\n😀");
    expect(preview.omittedBytes).toBe(32);
  });

  it("holds back an incomplete code point while more may come", () => {
    const ends = new HeadTail(100);
    ends.push(Buffer.from("a😀").subarray(0, 4));
    expect(previewOf(ends.ends(), { newlines: 0, growing: true }).text).toBe("a");
    expect(previewOf(ends.ends(), { newlines: 0, growing: false }).text).toBe("a\ufffd");
  });

  it("is an empty text when nothing was asked for", () => {
    expect(previewOfText("abc\n", 10, { asked: 0 })).toMatchObject({ text: "", truncated: true, omittedBytes: 4 });
  });

  it("gives its ends back without the line between them", () => {
    expect(previewEnds(previewOfText("one\ntwo\nthree\nfour\n", 10))).toEqual({ head: "one\nt", tail: "four\n" });
    expect(previewEnds(previewOfText("\none\ntwo\nthree\n\n", 4))).toEqual({ head: "\no", tail: "\n\n" });
    expect(previewEnds(previewOfText("all\n", 10))).toEqual({ head: "all\n", tail: null });
  });
});
