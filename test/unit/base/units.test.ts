import { describe, expect, it } from "vitest";
import { parseDuration, parseSize } from "../../../src/base/units.ts";

describe("a duration", () => {
  it.each([
    ["250", 250],
    ["250ms", 250],
    ["90s", 90_000],
    ["1.5s", 1_500],
    ["1h30m", 5_400_000],
    ["2D", 172_800_000],
    [" 5m ", 300_000],
  ])("%j is %d ms", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "s", "-5s", "5 s", "5x", "1e3", "30s1", "Infinity"])("%j is none", (text) => {
    expect(parseDuration(text)).toBeNaN();
  });
});

describe("a size", () => {
  it.each([
    ["0", 0],
    ["512", 512],
    ["10KB", 10_000],
    ["10 kib", 10_240],
    ["1.5MB", 1_500_000],
    ["2GiB", 2_147_483_648],
  ])("%j is %d bytes", (text, bytes) => expect(parseSize(text)).toBe(bytes));

  it.each(["", "MB", "-1", "1TBx", "1e6", "ten"])("%j is none", (text) => expect(parseSize(text)).toBeNaN());
});
