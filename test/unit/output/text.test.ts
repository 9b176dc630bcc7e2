import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { decodeUtf8, plainText, wholeEnd, wholeStart } from "../../../src/output/text.ts";

const smile = Buffer.from("😀");

describe("cutting bytes", () => {
  it.each([1, 2, 3])("backs up over %d bytes of an incomplete code point", (bytes) => {
    expect(wholeEnd(Buffer.concat([Buffer.from("ab"), smile.subarray(0, bytes)]))).toBe(2);
  });

  it("keeps a complete code point and bytes that are no UTF-8", () => {
    expect(wholeEnd(smile)).toBe(4);
    expect(wholeEnd(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(4);
    expect(wholeEnd(Buffer.from([0x61, 0xff]))).toBe(2);
    expect(wholeEnd(Buffer.from([0x61, 0xc0]))).toBe(2);
    expect(wholeEnd(Buffer.alloc(0))).toBe(0);
  });

  it("skips at most three bytes of a code point that began before", () => {
    expect(wholeStart(smile.subarray(1))).toBe(3);
    expect(wholeStart(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x61]))).toBe(3);
    expect(wholeStart(Buffer.from("a"))).toBe(0);
  });
});

describe("decodeUtf8", () => {
  it("replaces invalid bytes and goes on", () => {
    expect(decodeUtf8(Buffer.from([0x61, 0xff, 0x62, 0xe2, 0x82, 0x63]))).toBe("a\ufffdb\ufffdc");
  });

  it("keeps a byte order mark", () => {
    expect(decodeUtf8(Buffer.from("\ufeffx"))).toBe("\ufeffx");
  });
});

describe("plainText", () => {
  it.each([
    ["colours", "\x1b[1;31mred\x1b[0m text", "red text"],
    ["256 and true colours", "\x1b[38;5;12mx\x1b[38:2::1:2:3my", "xy"],
    ["C1 sequences", "\x9b31mred", "red"],
    ["cursor moves and erasing", "\x1b[2K\x1b[1Ga\x1b[?25lb", "ab"],
    ["a title ended by BEL", "\x1b]0;title\x07text", "text"],
    ["a title ended by ST", "\x1b]0;title\x1b\\text", "text"],
    ["a link keeps its text", "\x1b]8;;http://x.y\x1b\\link\x1b]8;;\x1b\\!", "link!"],
    ["DCS, APC, PM and SOS", "a\x1bPq#0\x1b\\b\x1b_x\x1b\\c\x1b^y\x1b\\d\x1bXz\x1b\\e", "abcde"],
    ["character sets and two-byte escapes", "\x1b(B\x1b7a\x1b=\x1bcb", "ab"],
    ["a sequence cut off by the end", "text\x1b[38;5", "text"],
    ["a lone escape at the end", "text\x1b", "text"],
    ["a title that never ends loses only its introducer", "\x1b]0;oops\nnext line", "0;oops\nnext line"],
    ["other controls", "a\0b\x07c\x7fd\x85e", "abcde"],
    ["tabs and newlines stay", "a\tb\n", "a\tb\n"],
    ["Windows line ends", "a\r\nb\r\n", "a\nb\n"],
    ["a progress line shows its last state", "10%\r50%\r100%\ndone\n", "100%\ndone\n"],
    ["a progress line that is still running", "10%\r50%\r", "50%"],
    ["progress with erasing", "\r\x1b[K10%\r\x1b[K20%\n", "20%\n"],
    ["a spinner of backspaces", "|\b/\b-\b\\\n", "\\\n"],
    ["overstruck bold of man pages", "N\bNA\bAM\bME\bE", "NAME"],
    ["backspaces at the start", "\b\bx", "x"],
  ])("%s", (_name, input, expected) => {
    expect(plainText(input)).toBe(expected);
  });

  it("does what Node's own function does on what both know", () => {
    for (const text of ["\x1b[31mred\x1b[39m", "\x1b[1mb\x1b[22m \x1b]8;;u\x07t\x1b]8;;\x07", "\x1b[2J\x1b[H"]) {
      expect(plainText(text)).toBe(stripVTControlCharacters(text));
    }
  });

  it("takes linear time on text made to hurt", () => {
    const started = performance.now();
    for (const piece of ["\x1b]", "\x1b[1", "\x1b[", "\x9b1;", "a\b", "\b", "\r", "\x1bP", "\x1b  "]) {
      plainText(piece.repeat(200_000));
    }
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
