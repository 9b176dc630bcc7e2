/** Bytes to lines: what the property test does not say. */
import { describe, expect, it } from "vitest";
import { LineSplitter } from "../../../src/rpc/lines.ts";

describe("the line splitter", () => {
  it("gives the last line too when it has no end", () => {
    const lines = new LineSplitter();
    expect([...lines.push(Buffer.from('{"a":1}\n{"b"'))]).toEqual([{ kind: "line", text: '{"a":1}' }]);
    expect([...lines.push(Buffer.from(":2}"))]).toEqual([]);
    expect([...lines.end()]).toEqual([{ kind: "line", text: '{"b":2}' }]);
  });

  it("says at once that a line is too long: its end may never come", () => {
    const lines = new LineSplitter(4);
    expect([...lines.push(Buffer.from("123"))]).toEqual([]);
    expect([...lines.push(Buffer.from("45"))]).toEqual([{ kind: "too_long" }]);
    expect([...lines.push(Buffer.from("6789"))]).toEqual([]);
    expect([...lines.push(Buffer.from("0\nabc\n"))]).toEqual([{ kind: "line", text: "abc" }]);
    expect([...lines.end()]).toEqual([]);
  });

  it("guesses nothing about bytes that are no UTF-8, and goes on after them", () => {
    const lines = new LineSplitter();
    expect([...lines.push(Buffer.from([0x22, 0xff, 0x22, 0x0a, 0x31, 0x0a]))]).toEqual([
      { kind: "not_text" },
      { kind: "line", text: "1" },
    ]);
  });

  it("keeps a long line's chunks at their own cost, and gives the memory back", () => {
    const lines = new LineSplitter(8_000_000);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 3_000_000; i++) lines.push(Buffer.from("x")).next();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    const [line] = lines.push(Buffer.from("\n"));
    expect(line?.kind === "line" && line.text.length).toBe(3_000_000);
  });
});
