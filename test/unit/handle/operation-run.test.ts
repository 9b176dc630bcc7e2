import { expect, it } from "vitest";
import type { Clock } from "../../../src/base/clock.ts";
import type { OperationFunction } from "../../../src/handle/operation.ts";
import { OperationRun } from "../../../src/handle/operation-run.ts";
import type { Recorder } from "../../../src/output/recorder.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { never, obedient } from "../../support/operations.ts";

const ladder = { signal: "SIGTERM", graceMs: 1_000, deadlineMs: 2_000 } as const;

/** A run, and how many timers it holds: each keeps the process alive. */
function start(run: OperationFunction) {
  const time = fakeClock();
  const timers = new Set<object>();
  const clock: Clock = {
    ...time,
    after(ms, fire) {
      const timer = time.after(ms, () => {
        timers.delete(timer);
        fire();
      });
      timers.add(timer);
      return {
        cancel: () => {
          timers.delete(timer);
          timer.cancel();
        },
      };
    },
  };
  const recorder = { write: () => undefined } as unknown as Recorder;
  return { run: new OperationRun(run, { recorder, clock, whyStopped: () => "enough" }), time, timers };
}

it("holds no timer once the function has reacted, also when it is stopped again then", async () => {
  const { run, timers } = start(obedient);
  await Promise.resolve();
  const stopped = run.stop(ladder);
  expect(timers.size).toBe(1);
  expect(await stopped).toMatchObject({ type: "threw", thrown: { message: "enough" } });
  expect(timers.size).toBe(0);
  expect(await run.stop(ladder)).toMatchObject({ type: "threw" });
  expect(timers.size).toBe(0);
});

it("is given up at the earliest deadline that anybody gave", async () => {
  const { run, time, timers } = start(never);
  const given: unknown[] = [];
  await Promise.resolve();
  void run.stop({ ...ladder, deadlineMs: 6_500 }).then((settlement) => given.push(settlement));
  void run.stop({ ...ladder, deadlineMs: 9_000 });
  time.advance(1_000);
  void run.stop(ladder).then((settlement) => given.push(settlement));
  expect(timers.size).toBe(1);
  time.advance(1_990);
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toEqual([]);
  time.advance(10);
  await new Promise((resolve) => setImmediate(resolve));
  expect(given).toEqual([null, null]);
  expect(timers.size).toBe(0);
});

it("does not run when it is to stop before its turn", async () => {
  let ran = false;
  const { run } = start(() => {
    ran = true;
  });
  expect(await run.stop(ladder)).toMatchObject({ type: "threw", thrown: { name: "AbortError" } });
  expect(ran).toBe(false);
});
