import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eachLine, LineSplitter } from "../../../src/findings/lines.ts";

const collect = (chunks: readonly Buffer[], maxLineBytes?: number): [string, number, boolean][] => {
  const lines: [string, number, boolean][] = [];
  const splitter = new LineSplitter(maxLineBytes === undefined ? {} : { maxLineBytes });
  const onLine = (line: string, offset: number, cut: boolean): void => void lines.push([line, offset, cut]);
  for (const chunk of chunks) {
    splitter.push(chunk);
    while (splitter.take(onLine));
  }
  splitter.end(onLine);
  return lines;
};
const bytewise = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

describe("LineSplitter", () => {
  it("gives lines with their offsets, whatever the chunks", () => {
    const text = "añb\n\n😀 last";
    const expected = [
      ["añb", 0, false],
      ["", 5, false],
      ["😀 last", 6, false],
    ];
    expect(collect([Buffer.from(text)])).toEqual(expected);
    expect(collect(bytewise(text))).toEqual(expected);
  });

  it("cuts a long line at a code point and goes on with the next", () => {
    const text = `${"é".repeat(10)}\nnext\n12345\n`;
    const expected = [
      ["éé", 0, true],
      ["next", 21, false],
      ["12345", 26, false],
    ];
    expect(collect([Buffer.from(text)], 5)).toEqual(expected);
    expect(collect(bytewise(text), 5)).toEqual(expected);
  });

  it("removes escape sequences, carriage returns and what they overwrote", () => {
    const text = "\x1b[32m✓\x1b[39m ok\r\n10%\r50%\rdone\n\r\n";
    expect(collect([Buffer.from(text)]).map(([line]) => line)).toEqual(["✓ ok", "done", ""]);
  });

  it("replaces invalid bytes", () => {
    expect(collect([Buffer.from([0x61, 0xff, 0x62])])).toEqual([["a\ufffdb", 0, false]]);
  });
});

describe("eachLine", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "longhand-lines-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const read = async (path: string, options: { from?: number; stop?: () => boolean } = {}) => {
    const lines: string[] = [];
    const end = await eachLine(path, options, (line) => lines.push(line));
    return { lines, end };
  };

  it("reads all of a file that is larger than a chunk", async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index}`);
    writeFileSync(join(folder, "out"), lines.join("\n"));
    expect(await read(join(folder, "out"))).toEqual({ lines, end: "end" });
  });

  it("begins where it is told to", async () => {
    writeFileSync(join(folder, "out"), "one\ntwo\n");
    const offsets: number[] = [];
    await eachLine(join(folder, "out"), { from: 4 }, (_, offset) => offsets.push(offset));
    expect(offsets).toEqual([4]);
  });

  it("gives up within a chunk when it is told to", async () => {
    writeFileSync(join(folder, "out"), "x\n".repeat(500_000));
    let asked = 0;
    const { lines, end } = await read(join(folder, "out"), { stop: () => ++asked > 3 });
    expect(end).toBe("stopped");
    expect(lines.length).toBeLessThan(500_000);
  });

  it("refuses what is missing, a folder and a link", async () => {
    writeFileSync(join(folder, "out"), "");
    symlinkSync("out", join(folder, "link"));
    await expect(read(join(folder, "none"))).rejects.toMatchObject({ kind: "not_found" });
    await expect(read(folder)).rejects.toMatchObject({ kind: "unavailable" });
    await expect(read(join(folder, "link"))).rejects.toMatchObject({ kind: "unavailable" });
  });
});
