/** One call: cancelled once, its signal, its waiters, and nothing of it left on the caller's signal. */
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Call } from "../../../src/session/call.ts";

const user = { by: "user", reason: "stop", injectReminder: true };

function newCall(outer?: AbortSignal, onClose: (call: Call) => void = () => {}): Call {
  return new Call({ sessionId: "s", callId: "c1", readerEpoch: 1 }, "run_command", outer, onClose);
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

describe("a cancel", () => {
  it("is the first one's: who and why stay", () => {
    using call = newCall();
    expect([call.cancelled, call.signal.aborted]).toEqual([null, false]);
    expect(call.cancel(user)).toBe(true);
    expect(call.cancel({ by: "agent", reason: "late", injectReminder: false })).toBe(false);
    expect([call.cancelled, call.signal.aborted]).toEqual([user, true]);
  });

  it("changes nothing about a call that has been answered", () => {
    const call = newCall();
    const { signal } = call;
    call[Symbol.dispose]();
    expect(call.cancel(user)).toBe(false);
    expect([call.cancelled, signal.aborted, call.signal.aborted]).toEqual([null, false, false]);
  });

  it("is heard once by everybody who listens, and seen by who asks for the signal later", () => {
    using call = newCall();
    let heard = 0;
    const { signal } = call;
    for (let n = 0; n < 3; n++) signal.addEventListener("abort", () => heard++);
    call.cancel(user);
    call.cancel(user);
    expect(heard).toBe(3);
    using late = newCall();
    late.cancel(user);
    expect(late.signal.aborted).toBe(true);
    expect(late.signal).toBe(late.signal);
  });

  it("aborts with what `throwIfAborted` and `fetch` are expected to throw", () => {
    using call = newCall();
    call.cancel(user);
    expect(call.signal.reason).toMatchObject({ name: "AbortError", message: "the tool call was cancelled" });
  });
});

describe("who waits for a call", () => {
  it.each(["completed", "moved", "forced"] as const)("is woken (%s), before and after, however many", async (what) => {
    using call = newCall();
    const before = [call[what], call[what], call[what]];
    const happen = {
      completed: () => call[Symbol.dispose](),
      moved: () => call.moveToBackground(),
      forced: () => call.force(),
    };
    happen[what]();
    await Promise.all([...before, call[what]]);
    expect(call.isCompleted).toBe(what === "completed");
  });

  it("finds it gone from the registry when it is woken", async () => {
    const closed: string[] = [];
    const call = newCall(undefined, () => closed.push("closed"));
    const waiting = call.completed.then(() => void closed.push("completed"));
    call[Symbol.dispose]();
    await waiting;
    expect(closed).toEqual(["closed", "completed"]);
  });

  it("is not woken by a cancel: what was cancelled has not been answered yet", async () => {
    using call = newCall();
    let woken = false;
    void call.completed.then(() => {
      woken = true;
    });
    call.cancel(user);
    await new Promise(setImmediate);
    expect([woken, call.isCompleted]).toEqual([false, false]);
  });
});

describe("closing a call", () => {
  it("twice closes it once", () => {
    let closed = 0;
    const call = newCall(undefined, () => closed++);
    call[Symbol.dispose]();
    call[Symbol.dispose]();
    expect(closed).toBe(1);
  });
});

describe("the caller's own signal", () => {
  it.each([
    [undefined, null],
    ["enough", "enough"],
    [new Error("tab closed"), "tab closed"],
    [{ code: 7 }, null],
  ])("cancels with its reason (%s)", (reason, said) => {
    const abort = new AbortController();
    using call = newCall(abort.signal);
    abort.abort(reason);
    expect(call.cancelled).toEqual({ by: "caller", reason: said, injectReminder: false });
    expect(call.signal.aborted).toBe(true);
  });

  it("counts when it was aborted before", () => {
    using call = newCall(AbortSignal.abort("late"));
    expect(call.cancelled).toEqual({ by: "caller", reason: "late", injectReminder: false });
    expect(call.signal.aborted).toBe(true);
  });

  it("does not take the place of who cancelled first", () => {
    const abort = new AbortController();
    using call = newCall(abort.signal);
    call.cancel(user);
    abort.abort("me too");
    expect(call.cancelled).toEqual(user);
  });

  it("is left alone after the answer, and carries no listener of ours from then on", () => {
    const abort = new AbortController();
    const calls = [newCall(abort.signal), newCall(abort.signal), newCall(abort.signal)];
    expect(listeners(abort.signal)).toBe(3);
    calls[0]?.cancel(user);
    for (const call of calls) call[Symbol.dispose]();
    expect(listeners(abort.signal)).toBe(0);
    abort.abort();
    expect(calls.map(({ cancelled }) => cancelled)).toEqual([user, null, null]);
  });

  it("that was aborted already gets no listener", () => {
    const aborted = AbortSignal.abort();
    using _call = newCall(aborted);
    expect(listeners(aborted)).toBe(0);
  });
});
