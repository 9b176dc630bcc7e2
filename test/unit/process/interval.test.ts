import { describe, expect, it } from "vitest";
import { contains, divide, slotOf, topRange } from "../../../src/process/interval.ts";
import { unlimited } from "../../../src/process/procfs.ts";

const free = { low: unlimited, high: unlimited };

describe("divide", () => {
  it("divides the top range when there is no limit yet", () => {
    expect(divide(free, unlimited)).toEqual({ enclosing: topRange, hostBits: 22, handleBits: 16 });
  });

  it("goes down two levels, and then there are too few slots for strangers to miss each other", () => {
    let own = free;
    const levels = [];
    for (;;) {
      const division = divide(own, unlimited);
      if (division === null) break;
      levels.push([division.hostBits, division.handleBits]);
      own = slotOf(slotOf(division.enclosing, division.hostBits, 1), division.handleBits, 3);
    }
    expect(levels).toEqual([
      [22, 16],
      [9, 8],
    ]);
    expect(own.high - own.low + 1n).toBe(128n);
  });

  it("leaves a foreign limit alone", () => {
    expect(divide({ low: 200_000n, high: unlimited }, unlimited)).toBeNull();
    expect(divide({ low: 200_000n, high: 400_000n }, unlimited)).toBeNull();
    expect(divide({ low: topRange.low, high: unlimited }, unlimited)).toBeNull();
  });

  it("stays inside an interval of odd width", () => {
    const own = { low: topRange.low + 5n, high: topRange.low + 5n + 2n ** 24n + 200n };
    expect(divide(own, unlimited)).toMatchObject({ hostBits: 9, handleBits: 8 });
    for (let i = 0; i < 512; i++) expect(contains(own, slotOf(own, 9, i))).toBe(true);
  });
});
