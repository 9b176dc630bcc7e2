/** Options of a cancel that are none are named, and nothing is cancelled. */
import { describe, expect, it } from "vitest";
import { checkedCancel } from "../../../src/session/cancel-options.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";

describe("the options of a cancel", () => {
  it("have defaults", () => {
    expect(checkedCancel("c1", {})).toEqual({
      by: "user",
      reason: null,
      injectReminder: true,
      timeoutMs: 0,
      force: false,
    });
    expect(checkedCancel("c1", { timeoutMs: Number.POSITIVE_INFINITY, reason: null })).toMatchObject({
      timeoutMs: Number.POSITIVE_INFINITY,
      reason: null,
    });
  });

  it.each<[unknown, unknown, string, string, string]>([
    [7, {}, "callId", "a string", "number"],
    ["c1", null, "options", "an object", "null"],
    ["c1", "why", "options", "an object", "string"],
    ["c1", { by: 7 }, "by", "a string", "number"],
    ["c1", { by: null }, "by", "a string", "null"],
    ["c1", { reason: ["x"] }, "reason", "a string or null", "a list"],
    ["c1", { injectReminder: "no" }, "injectReminder", "a boolean", "string"],
    ["c1", { force: 1 }, "force", "a boolean", "number"],
    ["c1", { timeoutMs: "5" }, "timeoutMs", "a number", "string"],
    ["c1", { timeoutMs: -1 }, "timeoutMs", "0 or more", "-1"],
    ["c1", { timeoutMs: Number.NaN }, "timeoutMs", "0 or more", "NaN"],
    [
      "c1",
      { inject_reminder: false },
      "inject_reminder",
      "by | reason | injectReminder | timeoutMs | force",
      "inject_reminder",
    ],
  ])("%j %j: %s is refused, and the call goes on", async (callId, options, param, expected, got) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    void session.call("run_command", { argv: ["build"] }, { callId: "c1" });
    await turn();
    await expect(session.cancelCall(callId as string, options as object)).rejects.toMatchObject({
      kind: "invalid_parameter",
      param,
      details: { expected, got },
    });
    expect(session.callsInFlight()).toMatchObject([{ callId: "c1", cancelled: null }]);
  });

  it("are bounded, whatever is in them", () => {
    const { by, reason } = checkedCancel("c1", { by: "x".repeat(5_000), reason: `${"y".repeat(998)}😀😀` });
    expect([by.length, by.at(-1), reason?.length]).toEqual([1_000, "…", 1_000]);
    expect(reason?.isWellFormed()).toBe(true);
    expect(checkedCancel("c1", { reason: "\ud800 half" }).reason).toBe("\ufffd half");
  });
});
