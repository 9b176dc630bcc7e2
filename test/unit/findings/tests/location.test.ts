import { describe, expect, it } from "vitest";
import { findLocation, lineOf } from "../../../../src/findings/tests/location.ts";

describe("findLocation", () => {
  it.each([
    ["at fn (src/a.ts:3:5)", { path: "src/a.ts", line: 3 }],
    ["at x (node:internal/a.js:1:1)\nat y (file:///app/b.mjs:2:3)", { path: "/app/b.mjs", line: 2 }],
    ["at x (/app/node_modules/p/i.js:9:1) (c.py:4)", { path: "c.py", line: 4 }],
    ["at https://host.io:80/src/a.js:3:1", null],
    ["at https://host.io:80/src/a.js:3:1 in b.js:7", { path: "b.js", line: 7 }],
    ["nothing", null],
  ])("in %j", (text, expected) => {
    expect(findLocation(text)).toEqual(expected);
  });

  it("looks at the beginning and at the end of a long text", () => {
    const long = "some words\n".repeat(100_000);
    expect(findLocation(`a.js:1:2\n${long}`)).toEqual({ path: "a.js", line: 1 });
    expect(findLocation(`${long}\nb.js:3:4`)).toEqual({ path: "b.js", line: 3 });
    expect(lineOf(`${long}\nb.js:3:4`, "src/b.js")).toBe(3);
  });

  it.each([".a:1", "node:.a:1", "x.a:1:", "node_modules/.a:1"])("takes no time for many of %j", (unit) => {
    const cost = (text: string): number => {
      const start = process.cpuUsage();
      for (let count = 0; count < 20; count++) findLocation(text);
      const { user, system } = process.cpuUsage(start);
      return (user + system) / 1000;
    };
    // All of them foreign, so that none of them is the answer: what is walked again and again would take seconds.
    expect(cost(`node:${unit.repeat(2 ** 20 / unit.length)}`)).toBeLessThan(1_000);
  });
});
