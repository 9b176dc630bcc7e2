import { describe, expect, it } from "vitest";
import { CallRegistry } from "../../../src/session/calls.ts";

const user = { by: "user", reason: "stop" };

describe("a call in flight", () => {
  it("is cancelled once, and keeps who did it first", () => {
    const calls = new CallRegistry();
    using call = calls.open("run_command", { callId: "c1" });
    expect(calls.cancel("c1", user)).toBe("cancelled");
    expect(calls.cancel("c1", { by: "agent", reason: null })).toBe("already_cancelled");
    expect([call.signal.aborted, call.cancelled]).toEqual([true, user]);
  });

  it("has its id to itself, until it has been answered", () => {
    const calls = new CallRegistry();
    {
      using _call = calls.open("run_command", { callId: "c1" });
      expect(() => calls.open("run_command", { callId: "c1" })).toThrow(
        expect.objectContaining({ kind: "conflict", param: "call_id" }),
      );
    }
    expect(calls.cancel("c1", user)).toBe("not_found");
    expect(calls.moveToBackground("c1")).toBe(false);
    using next = calls.open("run_command", { callId: "c1" });
    expect(next.cancelled).toBeNull();
  });

  it("that was closed late does not take a newer one with it", () => {
    const calls = new CallRegistry();
    const first = calls.open("a", { callId: "c1" });
    first[Symbol.dispose]();
    using _second = calls.open("b", { callId: "c1" });
    first[Symbol.dispose]();
    expect(calls.inFlight().map(({ tool }) => tool)).toEqual(["b"]);
    expect(calls.cancel("c1", user)).toBe("cancelled");
  });

  it("without an id cannot be named, but ends with all", () => {
    const calls = new CallRegistry();
    using call = calls.open("run_command", {});
    using named = calls.open("run_command", { callId: "c" });
    calls.cancelAll(user);
    expect([call.cancelled, named.cancelled]).toEqual([user, user]);
  });

  it("can be moved to the background", async () => {
    const calls = new CallRegistry();
    using call = calls.open("run_command", { callId: "c1" });
    expect(calls.moveToBackground("c1")).toBe(true);
    await call.moved;
    expect(call.cancelled).toBeNull();
  });
});

describe("the caller's own signal", () => {
  it.each([
    [undefined, null],
    ["enough", "enough"],
    [new Error("tab closed"), "tab closed"],
  ])("cancels with its reason (%s)", (reason, said) => {
    const abort = new AbortController();
    using call = new CallRegistry().open("run_command", { signal: abort.signal });
    abort.abort(reason);
    expect(call.cancelled).toEqual({ by: "caller", reason: said });
  });

  it("counts when it was aborted before", () => {
    using call = new CallRegistry().open("run_command", { signal: AbortSignal.abort("late") });
    expect(call.cancelled).toEqual({ by: "caller", reason: "late" });
  });

  it("is left alone after the answer", () => {
    const abort = new AbortController();
    const call = new CallRegistry().open("run_command", { signal: abort.signal });
    call[Symbol.dispose]();
    abort.abort();
    expect(call.cancelled).toBeNull();
  });
});
