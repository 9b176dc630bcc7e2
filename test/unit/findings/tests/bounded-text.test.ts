import { describe, expect, it } from "vitest";
import { BoundedText, cutText } from "../../../../src/findings/tests/bounded-text.ts";
import { findLocation, lineOf, parseLocation } from "../../../../src/findings/tests/location.ts";

describe("BoundedText", () => {
  it("keeps what fits, without blank lines around it", () => {
    const text = new BoundedText();
    for (const line of ["", "  a", "", "b", "  "]) text.addLine(line);
    expect(text.text()).toBe("  a\n\nb");
    expect(new BoundedText().text()).toBeNull();
  });

  it("keeps head and tail of what does not, however it came", () => {
    const long = Array.from({ length: 1000 }, (_, index) => `<${index}>`).join("");
    const atOnce = new BoundedText(40);
    atOnce.add(long);
    const bitByBit = new BoundedText(40);
    for (const char of long) bitByBit.add(char);
    expect(atOnce.text()).toBe(bitByBit.text());
    expect(atOnce.text()).toBe(`${long.slice(0, 30)}\n[${long.length - 40} characters left out]\n${long.slice(-10)}`);
  });
});

describe("cutText", () => {
  it("divides no code point", () => {
    const cut = cutText("😀".repeat(100), 21);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThan(60);
    expect(cutText("short", 21)).toBe("short");
  });
});

describe("locations", () => {
  it.each([
    ["src/lib.rs:12:66:", { path: "src/lib.rs", line: 12 }],
    ["file:///app/a.mjs:3:135", { path: "/app/a.mjs", line: 3 }],
    ["a.py:7", { path: "a.py", line: 7 }],
    ["no location", null],
    [`${"x".repeat(2000)}:1`, null],
  ])("parses %s", (text, location) => {
    expect(parseLocation(text)).toEqual(location);
  });

  it("finds the first that is the project's own", () => {
    const stack = `Error
    at run (node:internal/run.js:1:2)
    at x (/app/node_modules/lib/index.js:5:1)
    at TestContext.<anonymous> (file:///app/test/a.mjs:3:135)
    at b.ts:9`;
    expect(findLocation(stack)).toEqual({ path: "/app/test/a.mjs", line: 3 });
    expect(findLocation("took 0.5:12, see 10.0.0.1:8080")).toBeNull();
  });

  it("finds the line in a known file", () => {
    expect(lineOf("at /app/b.js:1:1\nat /app/a.js:22:3", "/app/a.js")).toBe(22);
    expect(lineOf("nothing", "/app/a.js")).toBeNull();
  });
});

describe("what it holds", () => {
  it("is about as much as it shows, however short the pieces are", () => {
    const texts = Array.from({ length: 200 }, () => new BoundedText());
    const before = process.memoryUsage().heapUsed;
    for (const text of texts) for (let count = 0; count < 20_000; count++) text.addLine("x");
    const grown = process.memoryUsage().heapUsed - before;
    expect(texts.every((text) => (text.text() ?? "").length > 16_000)).toBe(true);
    // 16 KiB each; a chain of all that was added takes 400 KiB and more. Some of the growth is what was not collected yet.
    expect(grown).toBeLessThan(200 * 2 ** 17);
  });

  it("keeps a code point that is divided between two pieces", () => {
    const text = new BoundedText();
    for (let count = 0; count < 1000; count++) {
      text.add("😀".slice(0, 1));
      text.add("😀".slice(1));
    }
    expect(text.text()).toBe("😀".repeat(1000));
  });
});
