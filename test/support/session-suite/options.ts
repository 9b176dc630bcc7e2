/** What every session refuses, in the same words wherever it is, and how it lists its calls. */
import { expect, it } from "vitest";
import { type AgentSession, isLonghandError } from "../../../src/index.ts";
import { eventually } from "../eventually.ts";
import type { SessionHostKind } from "../session-hosts.ts";
import { failure } from "./failure.ts";

type Attempt = (session: AgentSession, options: never) => Promise<unknown>;

const call: Attempt = (session, options) => session.call("run_command", { command: "true" }, options);
const hostCall: Attempt = (session, options) => session.hostCall("process", "exec", { argv: ["true"] }, options);
const cancel: Attempt = (session, options) => session.cancelCall("nobody", options);
const cancelled = "by | reason | injectReminder | timeoutMs | force";

const wrong: readonly (readonly [string, Attempt, unknown, { param: string; details: object; tool?: string }])[] = [
  ["a call", call, null, { param: "options", details: { expected: "an object", got: "null" }, tool: "run_command" }],
  ["a call", call, { callId: 5 }, { param: "callId", details: { expected: "a string", got: "number" } }],
  ["a call", call, { callid: "x" }, { param: "callid", details: { got: "callid" } }],
  ["a call", call, { signal: 1 }, { param: "signal", details: { expected: "an AbortSignal" }, tool: "run_command" }],
  ["a host call", hostCall, { onOutput: () => {} }, { param: "onOutput", details: { expected: "callId | signal" } }],
  ["a host call", hostCall, null, { param: "options", details: { got: "null" }, tool: "process.exec" }],
  ["a cancel", cancel, { injectreminder: false }, { param: "injectreminder", details: { expected: cancelled } }],
  ["a cancel", cancel, { foo: 1 }, { param: "foo", details: { expected: cancelled, got: "foo" } }],
  ["a cancel", cancel, { timeout_ms: 1 }, { param: "timeout_ms", details: { expected: cancelled } }],
  ["a cancel", cancel, "why", { param: "options", details: { expected: "an object", got: "string" } }],
  ["a cancel", cancel, null, { param: "options", details: { expected: "an object", got: "null" } }],
  ["a cancel", cancel, { timeoutMs: Number.NaN }, { param: "timeoutMs", details: { got: "NaN" } }],
  ["a cancel", cancel, { timeoutMs: -1 }, { param: "timeoutMs", details: { expected: "0 or more" } }],
  ["a cancel", cancel, { by: 1 }, { param: "by", details: { expected: "a string", got: "number" } }],
];

export function describeOptions({ start }: SessionHostKind): void {
  it("refuses options that are none, and does nothing", async () => {
    await using host = await start();
    await using session = await host.open();
    for (const [name, attempt, options, error] of wrong) {
      const refusal = await failure(attempt(session, options as never));
      expect(isLonghandError(refusal), name).toBe(true);
      expect(refusal, `${name} with ${JSON.stringify(options)}`).toMatchObject({ kind: "invalid_parameter", ...error });
      if (name === "a cancel") expect(refusal.tool).toBeUndefined();
    }
    expect(await failure(session.cancelCall(5 as never))).toMatchObject({ param: "callId" });
    for (const [options, param] of [
      [null, "options"],
      [{ idd: "q" }, "idd"],
      [{ id: "" }, "id"],
      [{ id: "x".repeat(201) }, "id"],
      [{ parent: "" }, "parent"],
      [{ onClose: "keep" }, "onClose"],
      [{ lastClaim: 1 }, "lastClaim"],
    ] as const) {
      const refusal = await failure(host.open(options as never));
      expect(refusal, JSON.stringify(options)).toMatchObject({ kind: "invalid_parameter", param });
    }
    expect(await session.inbox.claim()).toBeNull();
  });

  it("takes every value of an option that is one", async () => {
    await using host = await start();
    await using session = await host.open({ lastClaim: "" });
    const quietly = { injectReminder: false } as const;
    for (const options of [
      { timeoutMs: 1.5 },
      { timeoutMs: Number.POSITIVE_INFINITY },
      { timeoutMs: Number.MAX_VALUE },
      { by: "" },
      { by: "b".repeat(2_000), reason: "r".repeat(20_000) },
      { reason: null, force: undefined },
      { reason: "" },
    ]) {
      expect(await session.cancelCall("nobody", { ...quietly, ...(options as object) })).toBe("not_found");
    }
    expect(await session.cancelCall("")).toBe("not_found");
    expect(await session.moveToBackground("")).toBe(false);
    expect(await session.inbox.ack("")).toBe(false);
    expect(await session.inbox.release("")).toBe(false);
    const unnamed = await session.call("run_command", { command: "true" }, { callId: "" });
    expect(unnamed.status).toBe("completed");
  });

  it("lists its calls in flight: who nobody can name, who was cancelled, by whom and why", async () => {
    await using host = await start();
    await using session = await host.open();
    expect(await session.callsInFlight()).toEqual([]);
    let isDeaf = false;
    const onOutput = (): void => {
      isDeaf = true;
    };
    const command = "trap '' TERM INT HUP; echo deaf; while :; do sleep 0.1; done";
    const named = session.call("run_command", { command }, { callId: "a", onOutput });
    await eventually(() => isDeaf);
    const unnamed = session.hostCall("process", "exec", { argv: ["sleep", "2"] });
    await eventually(async () => (await session.callsInFlight()).length === 2);
    expect(await session.cancelCall("a", { by: "ada", reason: "wrong branch" })).toBe("cancelled");
    expect(await session.callsInFlight()).toEqual([
      { callId: "a", tool: "run_command", cancelled: { by: "ada", reason: "wrong branch" } },
      { callId: null, tool: "process.exec", cancelled: null },
    ]);
    await named;
    await unnamed;
    expect(await session.callsInFlight()).toEqual([]);
  });

  it("tells why a signal was aborted", async () => {
    await using host = await start();
    await using session = await host.open();
    for (const [reason, told] of [
      ["wrong branch", "wrong branch"],
      [new Error("the user left"), "the user left"],
      [undefined, null],
    ] as const) {
      const abort = new AbortController();
      const running = session.call("run_command", { command: "exec sleep 30" }, { signal: abort.signal });
      await eventually(async () => (await session.callsInFlight()).length === 1);
      abort.abort(reason);
      expect((await running).data["ended_by"]).toEqual({ cause: "cancel", by: "caller", reason: told });
      const late = session.call("run_command", { command: "true" }, { signal: abort.signal });
      expect(await late).toMatchObject({ status: "cancelled", data: { cancelled: { by: "caller", reason: told } } });
    }
  });
}
