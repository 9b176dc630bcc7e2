import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, divide, type Interval, overlaps, slotOf, topRange } from "../../../src/process/interval.ts";
import { unlimited } from "../../../src/process/procfs.ts";

const bigIn = (low: bigint, high: bigint) => fc.bigInt({ min: low, max: high });
const widthBits = fc.integer({ min: 0, max: 61 }).chain((bits) => bigIn(2n ** BigInt(bits), 2n ** BigInt(bits + 1)));
const enclosing = fc
  .tuple(bigIn(topRange.low, topRange.high), widthBits)
  .map(([low, width]): Interval => ({ low, high: low + width }))
  .filter(({ high }) => high <= topRange.high);
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("slots of an interval", () => {
  it("lie within it, and two of them never touch", () => {
    fc.assert(
      fc.property(enclosing, fraction, fraction, fraction, fraction, (own, a, b, c, d) => {
        const division = divide(own, unlimited);
        if (division === null) {
          expect(own.high - own.low + 1n < 2n ** 24n).toBe(true);
          return;
        }
        const host = (f: number) => slotOf(own, division.hostBits, Math.floor(f * 2 ** division.hostBits));
        const handle = (h: Interval, f: number) =>
          slotOf(h, division.handleBits, Math.floor(f * 2 ** division.handleBits));
        const [one, other] = [handle(host(a), c), handle(host(b), d)];
        expect(contains(own, host(a)) && contains(host(a), one)).toBe(true);
        expect(overlaps(host(a), host(b))).toBe(host(a).low === host(b).low);
        expect(overlaps(one, other)).toBe(one.low === other.low);
        expect(one.low <= one.high).toBe(true);
      }),
    );
  });
});
