/** What a registry of calls in flight has to do at least: six behaviours, each under its own name. */
import { expect, it } from "vitest";
import { createMemoryLedger } from "../../../src/ledger/memory.ts";
import { CallRegistry } from "../../../src/session/calls.ts";
import { cancelCall } from "../../../src/session/cancel-call.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const setUp = () => {
  const calls = new CallRegistry();
  const parts = { calls, ledger: createMemoryLedger(), clock: fakeClock() };
  const cancel = (id: string, callId: string, reason: string) =>
    cancelCall({ reader: { sessionId: id, readerEpoch: 1 }, parts }, callId, { reason, injectReminder: false });
  return { calls, cancel };
};

it("handle_resolves_cancelled_future", async () => {
  using call = new CallRegistry().open("sess_1", "bash", { callId: "call_1" });
  const { signal } = call;
  expect(signal.aborted).toBe(false);
  const heard = new Promise((resolve) => signal.addEventListener("abort", resolve));
  expect(call.cancel({ by: "user", reason: "user requested stop", injectReminder: true })).toBe(true);
  await heard;
  // Who comes after the fact sees it at once.
  expect(call.signal.aborted).toBe(true);
  expect(call.cancelled?.reason).toBe("user requested stop");
});

it("cancel_returns_not_found_when_missing", async () => {
  const { cancel } = setUp();
  expect(await cancel("sess_unknown", "call_unknown", "irrelevant")).toMatchObject({ status: "not_found", tool: null });
});

it("cancel_is_idempotent", async () => {
  const { calls, cancel } = setUp();
  using _call = calls.open("sess", "shell", { callId: "call_2" });
  const first = await cancel("sess", "call_2", "first");
  const second = await cancel("sess", "call_2", "second");
  expect([first.status, second.status]).toEqual(["cancelled", "already_cancelled"]);
  expect([first.tool, second.tool]).toEqual(["shell", "shell"]);
});

it("guard_unregisters_on_drop", () => {
  const { calls } = setUp();
  {
    using _call = calls.open("sess", "tool", { callId: "call_g" });
    expect(calls.get("sess", "call_g")).toBeDefined();
  }
  expect(calls.get("sess", "call_g")).toBeUndefined();
});

it("cancelled_wakes_pending_waiter", async () => {
  const { calls } = setUp();
  using call = calls.open("sess", "tool", { callId: "call_w" });
  const waiting = new Promise<string>((resolve) => call.signal.addEventListener("abort", () => resolve("woken")));
  await new Promise(setImmediate);
  call.cancel({ by: "user", reason: "stopping", injectReminder: true });
  expect(await Promise.race([waiting, new Promise((resolve) => setImmediate(resolve, "asleep"))])).toBe("woken");
});

it("list_for_session_filters_by_session", () => {
  const { calls } = setUp();
  using _x = calls.open("sess_a", "tool", { callId: "call_x" });
  using _y = calls.open("sess_a", "tool", { callId: "call_y" });
  using _elsewhere = calls.open("sess_b", "tool", { callId: "call_x" });
  const ids = calls.inFlight("sess_a").map(({ id }) => id);
  expect(ids.toSorted()).toEqual(["call_x", "call_y"]);
});
