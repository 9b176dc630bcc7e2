/** The numbers of the benchmarks, and the turns in which they are taken. */
import { describe, expect, it } from "vitest";
import { measure } from "../../../bench/lib/measure.ts";
import { type Budget, isMet } from "../../../bench/lib/report.ts";
import { median, pairedRatio, quantile, summarize } from "../../../bench/lib/statistics.ts";

describe("statistics", () => {
  it("takes the middle, or the mean of the two middle ones", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 9, 2])).toBe(3);
    expect(median([])).toBeNaN();
  });

  it("takes quantiles by nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(summarize(hundred)).toEqual({ count: 100, median: 50.5, p99: 99, min: 1, max: 100 });
  });

  it("compares round with round, so that one slow moment of the machine changes nothing", () => {
    expect(pairedRatio([2, 20, 2], [1, 10, 1])).toEqual({ median: 2, low: 2, high: 2 });
    expect(() => pairedRatio([1], [1, 2])).toThrow("1 rounds against 2");
  });

  it("knows on which side of a budget the good lies", () => {
    const budget = (measured: number, sense: Budget["sense"]): Budget => ({
      name: "b",
      measured,
      limit: 5,
      sense,
      unit: "",
    });
    expect([4, 5, 6].map((value) => isMet(budget(value, "at most")))).toEqual([true, true, false]);
    expect([4, 5, 6].map((value) => isMet(budget(value, "at least")))).toEqual([false, true, true]);
    expect(isMet(budget(Number.NaN, "at most"))).toBe(false);
  });
});

describe("measure", () => {
  it("takes turns, changes direction each round, and does not count the warm-up", async () => {
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    const result = await measure({ a: note("a"), b: note("b") }, { rounds: 2, iterations: 2, warmup: 1 });
    expect(order.join("")).toBe("bbaa" + "aabb" + "bbaa");
    expect(result.map(({ name, perCall, ratio }) => [name, perCall.count, ratio === null])).toEqual([
      ["a", 4, true],
      ["b", 4, false],
    ]);
  });
});
