import { describe, expect, it } from "vitest";
import { drawsOnScreen, Screens, screenBytes } from "../../../src/output/screen.ts";

const screens = new Screens({ timeoutMs: 20_000 });
const size = { cols: 20, rows: 5 };
const render = (text: string | Uint8Array, at = size) => screens.render(Buffer.from(text as string), at);

describe("what is on the screen", () => {
  it.each([
    ["nothing", "", ""],
    ["lines, without colours", "\x1b[31mred\x1b[0m\r\nplain\r\n", "red\nplain"],
    ["a progress bar, as it stands", "10%\r50%\r100% done\r\n", "100% done"],
    ["what was drawn over", "abc\rx\x1b[3;5Hthere\x1b[1;1HX", "Xbc\n\n    there"],
    ["the last lines of many", "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7", "3\n4\n5\n6\n7"],
    [
      "a long line in one piece",
      "a line that is longer than the terminal\r\n$ ",
      "a line that is longer than the terminal\n$",
    ],
    ["the alternate screen", "shell\r\n\x1b[?1049h\x1b[Heditor", "editor"],
    ["the main screen after it", "shell\r\n\x1b[?1049h\x1b[Heditor\x1b[?1049l", "shell"],
    ["what was left after a clear", "before\x1b[2J\x1b[Hafter", "after"],
    ["wide characters", "日本語\r\né", "日本語\né"],
  ])("%s", async (_, printed, expected) => expect(await render(printed)).toBe(expected));

  it("comes from the end of much output", async () => {
    const much = `${"x".repeat(19)}\r\n`.repeat(screenBytes / 10);
    expect(await render(`${much}last`)).toMatch(/^(x{19}\n){4}last$/);
  });

  it("of several that are asked for at once", async () => {
    expect(await Promise.all(["a", "b", "c"].map((text) => render(text)))).toEqual(["a", "b", "c"]);
  });

  it("is no screen where there is no emulator", async () => {
    const without = new Screens({ find: () => null });
    expect(without.available).toBe(false);
    expect(await without.render(Buffer.from("x"), size)).toBe(null);
    expect(await new Screens({ find: () => "file:///no/such/emulator.js" }).render(Buffer.from("x"), size)).toBe(null);
  });

  it("is no screen when it takes too long, and the host goes on meanwhile", async () => {
    const hostile = Buffer.from("x\x1b[99999b".repeat(30_000));
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 10);
    const bounded = new Screens({ timeoutMs: 500 });
    expect(await bounded.render(hostile, { cols: 1_000, rows: 1_000 })).toBe(null);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(3);
  });
});

describe("whether a program moves about on it", () => {
  it.each([
    ["colours and lines", "\x1b[1;31mred\x1b[0m\r\n\x1b[K\x1b[?2004h$ ", false],
    ["a progress bar", "10%\r20%\r", false],
    ["an editor", "\x1b[?1049h\x1b[1;1H", true],
    ["a redrawn list", "one\ntwo\x1b[2A", true],
    ["a clear", "\x1b[H\x1b[2J", true],
  ])("%s", (_, printed, expected) => expect(drawsOnScreen(printed)).toBe(expected));
});
