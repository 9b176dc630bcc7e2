/** A call's work and its cancel: who is answered, when, and that neither leaves a timer or a listener. */
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Call } from "../../../src/session/call.ts";
import { type FakeClock, fakeClock } from "../../../src/testing/clock.ts";
import { underCancel } from "../../../src/tools/under-cancel.ts";
import { turn } from "../../support/fake-engine.ts";

const user = { by: "user", reason: "stop", injectReminder: false };

function setUp() {
  const clock: FakeClock = fakeClock();
  const call = new Call({ sessionId: "s", callId: "c1", readerEpoch: 1 }, "think", undefined, () => {});
  const late: string[] = [];
  const under = (work: () => Promise<string>) =>
    underCancel(work, { call, clock, onLate: (answer) => void late.push(answer) });
  const leavesNothing = (): void => expect([clock.timers, getEventListeners(call.signal, "abort")]).toEqual([0, []]);
  return { clock, call, late, under, leavesNothing };
}

describe("work under a call", () => {
  it("that nobody cancels has its answer or its error, and leaves nothing", async () => {
    const { under, leavesNothing } = setUp();
    expect(await under(async () => "done")).toBe("done");
    leavesNothing();
    const failing = under(() => {
      throw new Error("not even a promise");
    });
    await expect(failing).rejects.toThrow("not even a promise");
    leavesNothing();
  });

  it("that answers after its cancel and in time has its answer, and no timer is left to hold the process", async () => {
    const { call, under, leavesNothing, clock } = setUp();
    const work = Promise.withResolvers<string>();
    const answering = under(() => work.promise);
    call.cancel(user);
    expect(clock.timers).toBe(1);
    work.resolve("half of it");
    expect(await answering).toBe("half of it");
    leavesNothing();
  });

  it("that is answered already sets no timer when the call is cancelled after it", async () => {
    const { call, under, leavesNothing } = setUp();
    await under(async () => "done");
    call.cancel(user);
    leavesNothing();
  });

  it("that does not hear of it is given up, and what it carries is told later", async () => {
    const { call, clock, late, under, leavesNothing } = setUp();
    const work = Promise.withResolvers<string>();
    const answering = under(() => work.promise);
    call.cancel(user);
    clock.advance(1_000);
    expect(await answering).toBeNull();
    leavesNothing();
    work.resolve("too late");
    await turn();
    expect(late).toEqual(["too late"]);
  });

  it("that cancels its own call before it waits for anything is given up as any other", async () => {
    const { call, clock, under, leavesNothing } = setUp();
    const answering = under(() => {
      call.cancel(user);
      return new Promise(() => {});
    });
    expect(clock.timers).toBe(1);
    clock.advance(1_000);
    expect(await answering).toBeNull();
    leavesNothing();
  });
});
