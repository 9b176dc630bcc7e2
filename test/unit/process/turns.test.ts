import { describe, expect, it } from "vitest";
import { Turns } from "../../../src/process/turns.ts";

/** Takes `count` turns at once and tells in which turn of the event loop each came. */
async function loopTurnsOf(turns: Turns, count: number): Promise<number[]> {
  let loopTurn = 0;
  let watching = true;
  const watch = (): void => {
    loopTurn += 1;
    if (watching) setImmediate(watch);
  };
  setImmediate(watch);
  const taken = await Promise.all(Array.from({ length: count }, () => turns.take().then(() => loopTurn)));
  watching = false;
  return taken;
}

describe("turns", () => {
  it("come at once when nobody else wants one", async () => {
    expect(await loopTurnsOf(new Turns(), 1)).toEqual([0]);
  });

  it("come one per turn of the event loop, in order", async () => {
    const taken = await loopTurnsOf(new Turns(), 5);
    expect(new Set(taken).size).toBe(5);
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
  });

  it("are free again after a pause", async () => {
    const turns = new Turns();
    await loopTurnsOf(turns, 3);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await loopTurnsOf(turns, 1)).toEqual([0]);
  });
});
