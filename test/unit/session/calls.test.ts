/** The registry of calls in flight: by session and id, no entry of another's touched, nothing left behind. */
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { CallRegistry } from "../../../src/session/calls.ts";
import { started } from "../../support/fake-calls.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";
import { heapAfterGc } from "../../support/heap.ts";

const user = { by: "user", reason: "stop", injectReminder: true };
const tools = (calls: CallRegistry, sessionId: string): string[] => calls.inFlight(sessionId).map(({ tool }) => tool);

describe("a call in flight", () => {
  it("has its id to itself until it has been answered", () => {
    const calls = new CallRegistry();
    {
      using call = calls.open("s", "run_command", { callId: "c1" });
      expect(calls.get("s", "c1")).toBe(call);
      expect(() => calls.open("s", "run_command", { callId: "c1" })).toThrow(
        expect.objectContaining({ kind: "conflict", param: "call_id" }),
      );
      // The refused one has taken nothing from it.
      expect(calls.inFlight("s")).toEqual([call]);
    }
    expect(calls.get("s", "c1")).toBeUndefined();
    using next = calls.open("s", "run_command", { callId: "c1" });
    expect(next.cancelled).toBeNull();
  });

  it("that is refused leaves no listener on its caller's signal", () => {
    const calls = new CallRegistry();
    const { signal } = new AbortController();
    using _call = calls.open("s", "run_command", { callId: "c1" });
    expect(() => calls.open("s", "run_command", { callId: "c1", signal })).toThrow();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("that was cancelled keeps its id until it has been answered", () => {
    const calls = new CallRegistry();
    using call = calls.open("s", "run_command", { callId: "c1" });
    call.cancel(user);
    expect(calls.get("s", "c1")).toBe(call);
    expect(() => calls.open("s", "run_command", { callId: "c1" })).toThrow(
      expect.objectContaining({ kind: "conflict" }),
    );
  });

  it("that is closed once more does not take a newer one with it", () => {
    const calls = new CallRegistry();
    const first = calls.open("s", "a", { callId: "c1" });
    first[Symbol.dispose]();
    using second = calls.open("s", "b", { callId: "c1" });
    first[Symbol.dispose]();
    expect(calls.get("s", "c1")).toBe(second);
    expect(tools(calls, "s")).toEqual(["b"]);
    expect([first.cancel(user), second.cancelled]).toEqual([false, null]);
  });

  it.each([undefined, ""])("without an id (%j) runs, cannot be named, and ends with all", (callId) => {
    const calls = new CallRegistry();
    using call = calls.open("s", "run_command", { callId });
    using another = calls.open("s", "run_command", { callId });
    using named = calls.open("s", "run_command", { callId: "c" });
    expect([call.id, calls.get("s", "")]).toEqual([null, undefined]);
    expect(calls.inFlight("s")).toEqual([call, another, named]);
    calls.cancelAll("s", user);
    expect([call.cancelled, another.cancelled, named.cancelled]).toEqual([user, user, user]);
  });

  it("belongs to its session: the same id elsewhere is another call, and nobody sees it from there", () => {
    const calls = new CallRegistry();
    using here = calls.open("a", "run_command", { callId: "c1" });
    using there = calls.open("b", "run_test", { callId: "c1" });
    expect([calls.get("a", "c1"), calls.get("b", "c1"), calls.get("c", "c1")]).toEqual([here, there, undefined]);
    expect([tools(calls, "a"), tools(calls, "b"), tools(calls, "c")]).toEqual([["run_command"], ["run_test"], []]);
    calls.cancelAll("a", user);
    expect([here.cancelled, there.cancelled]).toEqual([user, null]);
  });

  it.each(["__proto__", "constructor", "a\0b", "💥".repeat(1_000)])("may have any id and any session (%j)", (id) => {
    const calls = new CallRegistry();
    using call = calls.open(id, "run_command", { callId: id });
    expect([calls.get(id, id), calls.inFlight(id)]).toEqual([call, [call]]);
  });
});

describe("calls that come and go", () => {
  it("are in flight in the order in which they were made", () => {
    const calls = new CallRegistry();
    const [a, b, c] = ["a", "b", "c"].map((tool) => calls.open("s", tool, { callId: tool }));
    b?.[Symbol.dispose]();
    using again = calls.open("s", "b again", { callId: "b" });
    expect(tools(calls, "s")).toEqual(["a", "c", "b again"]);
    for (const call of [c, a, again]) call?.[Symbol.dispose]();
    expect(tools(calls, "s")).toEqual([]);
  });

  it("may be cancelled, closed and opened by who listens to the cancel of all", () => {
    const calls = new CallRegistry();
    const first = calls.open("s", "a", { callId: "a" });
    using second = calls.open("s", "b", { callId: "b" });
    first.signal.addEventListener("abort", () => {
      first[Symbol.dispose]();
      calls.open("s", "new", { callId: "a" });
    });
    calls.cancelAll("s", user);
    expect([second.cancelled, calls.get("s", "a")?.cancelled]).toEqual([user, null]);
  });

  it("in turns in two sessions do not mix", () => {
    const calls = new CallRegistry();
    for (let n = 0; n < 5; n++) {
      using one = calls.open("a", "one", { callId: "c" });
      using two = calls.open("b", "two", { callId: "c" });
      expect([calls.inFlight("a"), calls.inFlight("b")]).toEqual([[one], [two]]);
    }
    expect([calls.inFlight("a"), calls.inFlight("b")]).toEqual([[], []]);
  });

  it("leave nothing behind: 100,000 of them, each in a session of its own, under one signal that lives on", () => {
    const calls = new CallRegistry();
    const outer = new AbortController().signal;
    const run = (from: number, to: number): void => {
      for (let n = from; n < to; n++) {
        using call = calls.open(`ses_${n}`, "run_command", { callId: n % 3 === 0 ? "" : `call_${n}`, signal: outer });
        if (n % 2 === 0) call.signal.addEventListener("abort", () => null);
        if (n % 4 === 0) call.cancel(user);
      }
    };
    run(0, 10_000);
    const before = heapAfterGc();
    run(10_000, 110_000);
    // One map of a session that stays would make it ten times as much.
    expect(heapAfterGc() - before).toBeLessThan(2_000_000);
    expect(getEventListeners(outer, "abort")).toEqual([]);
  });
});

describe("a later reader of the session", () => {
  it("takes an id over from a call of an earlier one, which goes on without a name and ends by itself", () => {
    const calls = new CallRegistry();
    using before = calls.open("s", "before", { readerEpoch: 1 });
    const former = calls.open("s", "former", { callId: "c1", readerEpoch: 1 });
    using between = calls.open("s", "between", { callId: "c2", readerEpoch: 1 });
    const latter = calls.open("s", "latter", { callId: "c1", readerEpoch: 2 });
    expect([calls.get("s", "c1"), former.cancelled, former.isCompleted]).toEqual([latter, null, false]);
    expect(calls.inFlight("s")).toEqual([before, former, between, latter]);
    former[Symbol.dispose]();
    // Its end takes only its own entry.
    expect(calls.get("s", "c1")).toBe(latter);
    expect(calls.inFlight("s")).toEqual([before, between, latter]);
    latter[Symbol.dispose]();
    expect([calls.get("s", "c1"), calls.inFlight("s")]).toEqual([undefined, [before, between]]);
  });

  it("may end before the one from which it took the id, and the id is free then", () => {
    const calls = new CallRegistry();
    using former = calls.open("s", "former", { callId: "c1", readerEpoch: 1 });
    calls.open("s", "latter", { callId: "c1", readerEpoch: 2 })[Symbol.dispose]();
    expect([calls.get("s", "c1"), calls.inFlight("s")]).toEqual([undefined, [former]]);
    using again = calls.open("s", "again", { callId: "c1", readerEpoch: 1 });
    expect(calls.get("s", "c1")).toBe(again);
    calls.cancelAll("s", user);
    expect([former.cancelled, again.cancelled]).toEqual([user, user]);
  });

  it("keeps its ids from an earlier one, and is neither seen nor cancelled by it", () => {
    const calls = new CallRegistry();
    using old = calls.open("s", "old", { callId: "c1", readerEpoch: 1 });
    using call = calls.open("s", "new", { callId: "c2", readerEpoch: 2 });
    using nameless = calls.open("s", "nameless", { readerEpoch: 2 });
    for (const readerEpoch of [1, 2]) {
      expect(() => calls.open("s", "late", { callId: "c2", readerEpoch })).toThrow(
        expect.objectContaining({ kind: "conflict", param: "call_id" }),
      );
    }
    expect([calls.get("s", "c1", 1), calls.get("s", "c2", 1), calls.get("s", "c2", 2)]).toEqual([old, undefined, call]);
    expect([calls.inFlight("s", 1), calls.inFlight("s", 2)]).toEqual([[old], [old, call, nameless]]);
    calls.cancelAll("s", user, 1);
    expect([old.cancelled, call.cancelled, nameless.cancelled]).toEqual([user, null, null]);
  });

  it("leaves nothing behind, however many ids are taken over", () => {
    const calls = new CallRegistry();
    const run = (from: number, to: number): void => {
      for (let n = from; n < to; n++) {
        using _former = calls.open(`ses_${n}`, "former", { callId: "c", readerEpoch: 1 });
        using _latter = calls.open(`ses_${n}`, "latter", { callId: "c", readerEpoch: 2 });
      }
    };
    run(0, 10_000);
    const before = heapAfterGc();
    run(10_000, 60_000);
    expect(heapAfterGc() - before).toBeLessThan(2_000_000);
  });
});

describe("another reader of the same session", () => {
  it("is out of reach of the one before it: not seen, not cancelled, not moved, no id in its way", async () => {
    using engine = await fakeEngine();
    const former = await engine.openSession({ id: "s" });
    const old = former.call("run_command", { argv: ["build"] }, { callId: "c1" });
    await started(engine);
    const latter = await engine.openSession({ id: "s" });
    const own = latter.call("run_command", { argv: ["build"] }, { callId: "c1" });
    await started(engine, 2);
    const c1 = { callId: "c1", tool: "run_command", cancelled: null };
    expect([former.callsInFlight(), latter.callsInFlight()]).toEqual([
      [{ ...c1, callId: null }],
      [{ ...c1, callId: null }, c1],
    ]);
    expect([await former.cancelCall("c1"), await former.moveToBackground("c1")]).toEqual(["not_found", false]);
    const tool = await former.call("cancel_in_flight_tool_call", { call_id: "c1", timeout_ms: 0 });
    expect(tool.status).toBe("not_found");
    expect(await latter.inbox.claim()).toBeNull();
    expect(latter.callsInFlight()).toEqual([{ ...c1, callId: null }, c1]);
    await latter.cancelCall("c1", { injectReminder: false });
    await engine.pass(100);
    expect((await own).status).toBe("cancelled");
    engine.launcher.processes[0]?.exit();
    await engine.pass(100);
    expect((await old).status).toBe("completed");
  });

  it("finds the calls of the one before it, and cancels them", async () => {
    using engine = await fakeEngine();
    const former = await engine.openSession({ id: "s" });
    const answering = former.call("run_command", { argv: ["build"] }, { callId: "c1" });
    await turn();
    const latter = await engine.openSession({ id: "s" });
    const elsewhere = await engine.openSession({ id: "other" });
    expect(await elsewhere.cancelCall("c1")).toBe("not_found");
    expect(await latter.cancelCall("c1", { by: "the new reader" })).toBe("cancelled");
    expect(await former.cancelCall("c1")).toBe("already_cancelled");
    expect(await answering).toMatchObject({ status: "cancelled" });
    expect(await latter.cancelCall("c1")).toBe("not_found");
  });
});
