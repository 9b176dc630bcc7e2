/** The one way to cancel one call: what it answers, whom it tells, and that nothing keeps it. */
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { createMemoryLedger } from "../../../src/ledger/memory.ts";
import { CallRegistry } from "../../../src/session/calls.ts";
import { type CallOwner, cancelCall } from "../../../src/session/cancel-call.ts";
import type { CancelCallOptions } from "../../../src/session/cancel-options.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { turn } from "../../support/fake-engine.ts";

async function setUp(through: (ledger: Ledger) => Ledger = (ledger) => ledger) {
  const clock = fakeClock();
  const stored = createMemoryLedger();
  await stored.attach({ sessionId: "s", parentId: null, onClose: "stop", lastClaim: null, now: clock.now() });
  const reader = { sessionId: "s", readerEpoch: 1 };
  const owner: CallOwner = { reader, parts: { calls: new CallRegistry(), ledger: through(stored), clock } };
  const notices = async (): Promise<unknown[]> =>
    (await stored.unread({ sessionId: "s", limit: 100 })).map(({ body }) => body);
  return {
    clock,
    owner,
    notices,
    open: (callId: string) => owner.parts.calls.open("s", "run_command", { callId }),
    cancel: (callId: string, options?: CancelCallOptions) => cancelCall(owner, callId, options),
  };
}

describe("cancelling a call", () => {
  it("says what became of it, which tool it was, and the reason of the first", async () => {
    const { open, cancel } = await setUp();
    const call = open("c1");
    const first = { tool: "run_command", reason: "wrong branch" };
    expect(await cancel("c1", { by: "ann", reason: "wrong branch" })).toEqual({ status: "cancelled", ...first });
    expect(await cancel("c1", { by: "bob", reason: "me too" })).toEqual({ status: "already_cancelled", ...first });
    expect(call.cancelled).toEqual({ by: "ann", reason: "wrong branch", injectReminder: true });
    call[Symbol.dispose]();
    expect(await cancel("c1")).toEqual({ status: "not_found", tool: null, reason: null });
  });

  it("has happened when it returns its promise", async () => {
    const { open, cancel } = await setUp();
    using call = open("c1");
    const cancelling = cancel("c1");
    expect(call.cancelled).toEqual({ by: "user", reason: null, injectReminder: true });
    await cancelling;
  });

  it.each(["", "c2"])("finds no call by the id %j", async (callId) => {
    const { open, cancel, notices } = await setUp();
    using nameless = open("");
    using call = open("c1");
    expect(await cancel(callId)).toMatchObject({ status: "not_found" });
    expect([nameless.cancelled, call.cancelled, await notices()]).toEqual([null, null, []]);
  });

  it("forces the end, also of one that is cancelled already, and changes nothing about who did it", async () => {
    const { open, cancel } = await setUp();
    using call = open("c1");
    let forced = false;
    void call.forced.then(() => {
      forced = true;
    });
    await cancel("c1", { by: "ann" });
    await turn();
    expect(forced).toBe(false);
    await cancel("c1", { by: "bob", force: true });
    await turn();
    expect([forced, call.cancelled?.by]).toEqual([true, "ann"]);
  });
});

describe("waiting until it has been answered", () => {
  it("says timeout when it has not, to each who waits, and leaves no timer", async () => {
    const { open, cancel, clock } = await setUp();
    using _call = open("c1");
    const both = [cancel("c1", { timeoutMs: 100 }), cancel("c1", { timeoutMs: 200 })];
    await turn();
    clock.advance(150);
    expect(await both[0]).toMatchObject({ status: "timeout", tool: "run_command" });
    clock.advance(50);
    expect(await both[1]).toMatchObject({ status: "timeout" });
    expect(clock.timers).toBe(0);
  });

  it("ends with the answer, whoever came first, and leaves no timer", async () => {
    const { open, cancel, clock } = await setUp();
    const call = open("c1");
    const both = [cancel("c1", { timeoutMs: 1_000 }), cancel("c1", { timeoutMs: 1_000 })];
    await turn();
    call[Symbol.dispose]();
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect([statuses, clock.timers]).toEqual([["cancelled", "already_cancelled"], 0]);
  });

  it("does not wait without a timeout, and leaves no timer", async () => {
    const { open, cancel, clock } = await setUp();
    using call = open("c1");
    expect(await cancel("c1", { timeoutMs: 0 })).toMatchObject({ status: "cancelled" });
    expect([call.isCompleted, clock.timers]).toEqual([false, 0]);
  });
});

describe("the reminder", () => {
  it("says which call was cancelled, by whom and why, once for a call", async () => {
    const { open, cancel, notices } = await setUp();
    {
      using _call = open("c1");
      await Promise.all([cancel("c1", { by: "ann", reason: "wrong\nbranch" }), cancel("c1", { by: "bob" })]);
    }
    const about = {
      tag: "tool_call_cancelled",
      call_id: "c1",
      tool: "run_command",
      by: "ann",
      reason: "wrong\nbranch",
    };
    const [body] = (await notices()) as { readonly text: string }[];
    expect(await notices()).toEqual([{ ...about, text: expect.any(String) }]);
    expect(body?.text).not.toContain("\n");
  });

  it("comes again for another call that took the id: providers repeat them", async () => {
    const { open, cancel, notices } = await setUp();
    for (let n = 0; n < 2; n++) {
      using _call = open("c1");
      await cancel("c1");
    }
    expect(await notices()).toHaveLength(2);
  });

  it("stays away when nobody wants it, and when the first who cancelled did not", async () => {
    const { open, cancel, notices } = await setUp();
    using _call = open("c1");
    await cancel("c1", { injectReminder: false });
    await cancel("c1", { injectReminder: true });
    expect(await notices()).toEqual([]);
  });

  it("that cannot be stored costs nobody the cancel", async () => {
    const failing = async (): Promise<never> => {
      throw new LonghandError("unavailable", "the disk is full");
    };
    const { open, cancel } = await setUp((ledger) => ({ ...ledger, post: failing }));
    using call = open("c1");
    expect(await cancel("c1")).toMatchObject({ status: "cancelled" });
    expect(call.cancelled).not.toBeNull();
  });

  it("of a store that does not answer keeps nobody for long", async () => {
    const { open, cancel, clock } = await setUp((ledger) => ({ ...ledger, post: () => new Promise(() => {}) }));
    using call = open("c1");
    const cancelling = cancel("c1");
    expect(call.cancelled).not.toBeNull();
    await turn();
    clock.advance(1_000);
    expect(await cancelling).toMatchObject({ status: "cancelled" });
  });
});
