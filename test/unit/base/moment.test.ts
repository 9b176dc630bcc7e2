import { describe, expect, it } from "vitest";
import { Moment } from "../../../src/base/moment.ts";

/** Who of the waiting has been woken, by name. */
function waiters() {
  const woken: string[] = [];
  return { woken, wait: (name: string, moment: Moment) => moment.promise.then(() => void woken.push(name)) };
}

describe("a moment", () => {
  it("wakes all who wait for it, whether they came before it or after it, in the order in which they came", async () => {
    const moment = new Moment();
    const { woken, wait } = waiters();
    const before = [wait("a", moment), wait("b", moment)];
    expect(moment.happened).toBe(false);
    moment.happen();
    expect(moment.happened).toBe(true);
    await Promise.all([...before, wait("c", moment)]);
    expect(woken).toEqual(["a", "b", "c"]);
  });

  it("wakes nobody before it happens", async () => {
    const moment = new Moment();
    const { woken, wait } = waiters();
    void wait("a", moment);
    await new Promise(setImmediate);
    expect(woken).toEqual([]);
  });

  it("that nobody waited for is still met by who comes late", async () => {
    const moment = new Moment();
    moment.happen();
    await expect(moment.promise).resolves.toBeUndefined();
  });

  it("happens once", async () => {
    const moment = new Moment();
    const { woken, wait } = waiters();
    const waiting = wait("a", moment);
    moment.happen();
    moment.happen();
    await waiting;
    expect(woken).toEqual(["a"]);
  });
});
