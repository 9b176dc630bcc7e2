import { describe, expect, it } from "vitest";
import { countNewlines, LineCounter } from "../../../src/output/lines.ts";

describe("countNewlines", () => {
  it("counts what is 0x0a and nothing that is near it, at any alignment", () => {
    const bytes = new Uint8Array(5_000).map((_, index) => index % 256);
    const expected = bytes.filter((byte) => byte === 10).length;
    for (let start = 0; start < 8; start++) {
      const part = new Uint8Array(5_008).subarray(start, start + 5_000);
      part.set(bytes);
      expect(countNewlines(part)).toBe(expected);
    }
  });

  it("does not overflow when every byte is a newline", () => {
    expect(countNewlines(new Uint8Array(65_536).fill(10))).toBe(65_536);
  });
});

describe("LineCounter", () => {
  it("counts an unterminated last line, and nothing in nothing", () => {
    const counter = new LineCounter();
    expect(counter.lines).toBe(0);
    counter.add(Buffer.from("a\nb"));
    expect(counter.lines).toBe(2);
    counter.add(Buffer.alloc(0));
    counter.add(Buffer.from("\n"));
    expect(counter.lines).toBe(2);
  });
});
