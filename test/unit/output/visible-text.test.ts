import { describe, expect, it } from "vitest";
import { plainText } from "../../../src/output/text.ts";
import { visibleText } from "../../../src/output/visible-text.ts";

const seen = (raw: string | Buffer, final = true) => visibleText(Buffer.from(raw), { final });

describe("visibleText", () => {
  it.each([
    ["colours", "\x1b[1;32mok\x1b[0m done", "ok done"],
    ["titles and links", "\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"],
    ["short escapes", "\x1b(Ba\x1b7b\x1b=c", "abc"],
    ["a broken sequence: its introducer", "a\x1b[12\nb", "a12\nb"],
    ["a title without an end: its introducer", "\x1b]0;title\nnext", "0;title\nnext"],
    ["a sequence that the end cuts off", "a\x1b[3", "a"],
    ["an escape at the end", "a\x1b", "a"],
    ["an escape before what is none", "a\x1b\nb", "a\nb"],
    ["carriage returns before a newline", "a\r\nb\r\r\nc", "a\nb\nc"],
  ])("leaves out %s, as plainText does", (_, raw, text) => {
    expect(seen(raw).text.toString()).toBe(text);
    expect(plainText(raw)).toBe(text);
    expect(seen(raw).consumed).toBe(Buffer.byteLength(raw));
  });

  it("keeps a carriage return that ends no line", () => {
    expect(seen("10%\r20%\r").text.toString()).toBe("10%\r20%\r");
  });

  it("takes what has no escapes as it is, without a copy", () => {
    const raw = Buffer.from("plain\n");
    expect(visibleText(raw, { final: true }).text.buffer).toBe(raw.buffer);
  });

  it("knows where each byte was, and which byte was first from a place on", () => {
    const { text, toRaw, fromRaw } = seen("\x1b[1mé\x1b[0mx\r\ny");
    expect(text.toString()).toBe("éx\ny");
    expect([...text.keys()].map(toRaw)).toEqual([4, 5, 10, 12, 13]);
    expect(toRaw(5)).toBe(14);
    expect([0, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 99].map(fromRaw)).toEqual([0, 0, 0, 1, 2, 2, 2, 3, 3, 4, 5, 5]);
  });

  it.each([
    ["a sequence", "ab\x1b[1;3", 2],
    ["a title", "ab\x1b]0;tit", 2],
    ["a title before its last byte", "ab\x1b]0;title\x1b", 2],
    ["an escape", "ab\x1b", 2],
    ["a carriage return", "ab\r", 2],
    ["a code point", Buffer.from("ab\u65e5").subarray(0, 4), 2],
  ])("leaves for later %s that may go on", (_, raw, consumed) => {
    expect(seen(raw, false)).toMatchObject({ consumed });
    expect(seen(raw, false).text.toString()).toBe("ab");
    expect(seen(raw).consumed).toBe(Buffer.from(raw).length);
  });

  it("does not wait for the end of what is too long to be a sequence", () => {
    for (const introducer of ["\x1b]", "\x1b[", "\x1bP"]) {
      const raw = Buffer.from(`${introducer}${"1".repeat(5_000)}`);
      const { text, consumed } = visibleText(raw, { final: false });
      expect(text).toHaveLength(5_000);
      expect(consumed).toBe(raw.length);
    }
    expect(seen("\r".repeat(5_000), false).consumed).toBe(5_000);
  });
});
