import { expect, it } from "vitest";
import { Hints } from "../../../src/ledger/hints.ts";

const microtasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("wakes the subscribers of a topic, once for a topic that is named twice", async () => {
  const hints = new Hints();
  const woken: string[] = [];
  hints.on("inbox:a", () => woken.push("a1"));
  hints.on("inbox:a", () => woken.push("a2"));
  hints.on("inbox:b", () => woken.push("b"));
  hints.fire(["inbox:a", "inbox:a", "inbox:c"]);
  expect(woken).toEqual([]);
  await microtasks();
  expect(woken).toEqual(["a1", "a2"]);
  hints.fireAll();
  await microtasks();
  expect(woken).toEqual(["a1", "a2", "a1", "a2", "b"]);
});

it("does not wake who left between the hint and its turn", async () => {
  const hints = new Hints();
  let woken = 0;
  const subscription = hints.on("inbox:a", () => {
    woken += 1;
  });
  hints.fire(["inbox:a"]);
  subscription[Symbol.dispose]();
  await microtasks();
  expect(woken).toBe(0);
});

it("tells when the first one came and when the last one left", () => {
  const demand: boolean[] = [];
  const hints = new Hints((wanted) => demand.push(wanted));
  const first = hints.on("inbox:a", () => {});
  const second = hints.on("inbox:a", () => {});
  const third = hints.on("inbox:b", () => {});
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  expect(demand).toEqual([true]);
  third[Symbol.dispose]();
  expect(demand).toEqual([true, false]);
  hints.on("inbox:a", () => {});
  hints.clear();
  hints.clear();
  expect(demand).toEqual([true, false, true, false]);
});
