/** `session/cancel_tool_call`: exactly one call, as request and as notification, whatever else is stuck. */
import { describe, expect, it } from "vitest";
import type { Connection } from "../../../src/bridge/connection.ts";
import { ConnectionSessions } from "../../../src/bridge/connection-sessions.ts";
import { Deliveries } from "../../../src/bridge/deliveries.ts";
import { bridgeMethods } from "../../../src/bridge/methods.ts";
import { createRouter } from "../../../src/bridge/router.ts";
import { SessionHolders } from "../../../src/bridge/session-holders.ts";
import { StartingCalls } from "../../../src/bridge/starting-calls.ts";
import type { Peer } from "../../../src/rpc/peer.ts";
import { connect } from "../../support/bridge-client.ts";
import { type FakeBridge, fakeBridge, gated, runtimeOf, settle } from "../../support/fake-bridge.ts";
import { fakeEngine } from "../../support/fake-engine.ts";

const cancelMethod = "session/cancel_tool_call";

/** A foreground command under this call id, spawned. */
async function blocked({ client, engine }: FakeBridge, callId: string) {
  const before = engine.launcher.processes.length;
  const answer = client.run("s", "make", {}, { call_id: callId });
  for (let turns = 0; turns < 50 && engine.launcher.processes.length === before; turns++) await settle();
  return { answer };
}

async function open(options: Parameters<typeof fakeBridge>[0] = {}): Promise<FakeBridge> {
  const bridge = await fakeBridge(options);
  await bridge.client.request("session/open", { session_id: "s" });
  return bridge;
}

describe("a request", () => {
  it("cancels this call and no other, and the inbox says so first", async () => {
    await using bridge = await open();
    const { client, engine } = bridge;
    const a = await blocked(bridge, "a");
    const b = await blocked(bridge, "b");
    const cancelled = await client.request(cancelMethod, {
      session_id: "s",
      tool_call_id: "a",
      reason: "wrong branch",
    });
    expect(cancelled).toEqual({ status: "cancelled", call_id: "a", tool: "run_command", reason: "wrong branch" });
    const { status, data } = await a.answer;
    expect(status).toBe("cancelled");
    expect(data).toMatchObject({ ended_by: { cause: "cancel", reason: "wrong branch" } });
    engine.launcher.processes[1]?.exit();
    expect(await b.answer).toMatchObject({ status: "completed" });
    const { messages } = await client.claim("s");
    expect(messages).toMatchObject([
      { kind: "notice", call_id: "a", body: { tag: "tool_call_cancelled", by: "client", reason: "wrong branch" } },
    ]);
  });

  it.each([
    { session_id: "s", tool_call_id: "a", inject_reminder: false, timeout_ms: 1_000 },
    { sessionId: "s", toolCallId: "a", injectReminder: false, timeoutMs: 1_000 },
    { session_id: "s", call_id: "a", inject_reminder: false, timeoutMs: 1_000 },
    { sessionId: "s", callId: "a", injectReminder: false, timeout_ms: 1_000 },
  ])("is understood as %j: it waits for the answer, and nobody is reminded", async (params) => {
    await using bridge = await open();
    const { answer } = await blocked(bridge, "a");
    expect(await bridge.client.request(cancelMethod, params)).toEqual({
      status: "cancelled",
      call_id: "a",
      tool: "run_command",
      reason: null,
    });
    expect((await answer).status).toBe("cancelled");
    expect(await bridge.client.claim("s")).toMatchObject({ messages: [] });
  });

  it.each([
    [{ tool_call_id: "a" }, "missing_parameter", "session_id"],
    [{ session_id: "s" }, "missing_parameter", "tool_call_id"],
    [{ session_id: "s", tool_call_id: "a", callId: "a" }, "invalid_parameter", "tool_call_id"],
    [{ session_id: "s", tool_call_id: "a", toolCallId: "b" }, "invalid_parameter", "tool_call_id"],
    [{ session_id: "s", tool_call_id: 7 }, "invalid_parameter", "tool_call_id"],
    [{ session_id: "s", tool_call_id: "" }, "invalid_parameter", "tool_call_id"],
    [{ session_id: "s", tool_call_id: "a", timeout_ms: -1 }, "invalid_parameter", "timeout_ms"],
    [{ session_id: "s", tool_call_id: "a", inject_reminder: "no" }, "invalid_parameter", "inject_reminder"],
    [{ session_id: "s", tool_call_id: "a", why: "?" }, "invalid_parameter", "why"],
    [{ session_id: "t", tool_call_id: "a" }, "not_found", "session_id"],
  ])("with %j is refused: %s", async (params, kind, param) => {
    await using bridge = await open();
    await blocked(bridge, "a");
    expect(await bridge.client.failure(cancelMethod, params)).toMatchObject({ code: -32_602, data: { kind, param } });
    expect(bridge.engine.launcher.processes).toHaveLength(1);
  });

  it("says what there was to cancel: the first reason stays, and what was answered is not found", async () => {
    await using bridge = await open();
    const { client, engine } = bridge;
    // Its start does not return: the call is cancelled and cannot be answered yet.
    const launching = Promise.withResolvers<void>();
    engine.launcher.step = (what) => (what === "launch" ? launching.promise : Promise.resolve());
    const answer = client.run("s", "make", {}, { call_id: "a" });
    await settle();
    const target = { session_id: "s", tool_call_id: "a" };
    const waiting = client.request(cancelMethod, { ...target, reason: "first", timeout_ms: 500 });
    await settle();
    expect(await client.request(cancelMethod, { ...target, reason: "second" })).toMatchObject({
      status: "already_cancelled",
      reason: "first",
    });
    await engine.pass(500);
    expect(await waiting).toEqual({ status: "timeout", call_id: "a", tool: "run_command", reason: "first" });
    launching.resolve();
    expect((await answer).status).toBe("cancelled");
    expect(await client.request(cancelMethod, target)).toEqual({
      status: "not_found",
      call_id: "a",
      tool: null,
      reason: null,
    });
  });

  it("of a session that another connection took is refused; the one that took it can cancel what the first began", async () => {
    await using first = await open();
    const { answer } = await blocked(first, "a");
    await using second = connect(runtimeOf(first.engine), { bridge: first.bridge });
    await second.client.request("session/open", { session_id: "s" });
    const target = { session_id: "s", tool_call_id: "a" };
    expect(await first.client.failure(cancelMethod, target)).toMatchObject({ data: { kind: "conflict" } });
    expect(await second.client.request(cancelMethod, target)).toMatchObject({ status: "cancelled" });
    expect((await answer).status).toBe("cancelled");
  });
});

it("what can be cancelled is listed: calls in flight, with or without an id, cancelled or not", async () => {
  await using bridge = await open();
  const { client, engine } = bridge;
  const list = () => client.request("session/calls", { session_id: "s" });
  expect(await list()).toEqual({ calls: [] });
  await blocked(bridge, "a");
  void client.run("s", "make").catch(() => undefined);
  await settle();
  const launching = Promise.withResolvers<void>();
  engine.launcher.step = (what) => (what === "launch" ? launching.promise : Promise.resolve());
  void client.run("s", "make", {}, { call_id: "c" }).catch(() => undefined);
  await settle();
  client.notify(cancelMethod, { session_id: "s", tool_call_id: "c", reason: "r" });
  expect(await list()).toEqual({
    calls: [
      { call_id: "a", tool: "run_command", cancelled: null },
      { call_id: null, tool: "run_command", cancelled: null },
      { call_id: "c", tool: "run_command", cancelled: { by: "client", reason: "r" } },
    ],
  });
  launching.resolve();
});

describe("a notification", () => {
  it("cancels, and is not answered", async () => {
    await using bridge = await open();
    const { client, log } = bridge;
    const { answer } = await blocked(bridge, "a");
    // A bound that nobody waits for.
    client.notify(cancelMethod, { sessionId: "s", toolCallId: "a", reason: "no longer needed", timeoutMs: 60_000 });
    expect(await answer).toMatchObject({ status: "cancelled", data: { ended_by: { reason: "no longer needed" } } });
    await settle();
    expect(client.received.filter(({ id }) => id !== undefined)).toHaveLength(2);
    expect(log).toEqual([]);
    expect((await client.claim("s")).text).toContain('cancelled by client: "no longer needed"');
  });

  it("that is malformed is a line in the log each, and the bridge goes on", async () => {
    await using bridge = await open();
    const { client, log } = bridge;
    client.notify(cancelMethod, {});
    client.notify(cancelMethod, { session_id: "s", tool_call_id: ["a"] });
    client.notify(cancelMethod, { session_id: "s", tool_call_id: "a", call_id: "a" });
    client.notify(cancelMethod, { session_id: "t", tool_call_id: "a" });
    client.line({ jsonrpc: "2.0", method: cancelMethod });
    client.line({ jsonrpc: "2.0", method: cancelMethod, params: null });
    client.line({ jsonrpc: "2.0", method: cancelMethod, params: "s" });
    client.notify("session/cancel_tool_cal", { session_id: "s", tool_call_id: "a" });
    expect(await client.request("session/digest", { session_id: "s" })).toHaveProperty("text");
    expect(log).toHaveLength(8);
    expect(log.every((line) => line.startsWith('notification "session/cancel_tool_cal'))).toBe(true);
    expect(client.received).toHaveLength(2);
  });

  it("for a call that is not there says nothing: it was answered meanwhile", async () => {
    await using bridge = await open();
    bridge.client.notify(cancelMethod, { session_id: "s", tool_call_id: "a" });
    await bridge.client.request("session/digest", { session_id: "s" });
    expect(bridge.log).toEqual([]);
  });
});

describe("a cancel is not held up", () => {
  it("and takes effect in the tick in which its line is read", async () => {
    using engine = await fakeEngine();
    const sessions = new ConnectionSessions(runtimeOf(engine), new SessionHolders(), { peer: {} as Peer } as never);
    const { session } = await sessions.open({ id: "s" });
    const connection = { sessions, deliveries: new Deliveries(), starting: new StartingCalls() } as never as Connection;
    const router = createRouter(bridgeMethods);
    const context = { connection, signal: new AbortController().signal, requestId: 1 };
    const calls = ["request", "notification"].map((callId) => session.parts.calls.open("s", "wait", { callId }));
    void router.request(cancelMethod, { session_id: "s", tool_call_id: "request" }, context);
    void router.notification(cancelMethod, { session_id: "s", tool_call_id: "notification" }, context);
    expect(calls.map(({ cancelled }) => cancelled?.by)).toEqual(["client", "client"]);
  });

  it("by the line of its call, nor by the opening of its session, right before it", async () => {
    await using bridge = await fakeBridge();
    const { client, engine } = bridge;
    const opening = client.request("session/open", { session_id: "s" });
    const answer = client.run("s", "make", {}, { call_id: "a" });
    const cancelled = client.request(cancelMethod, { session_id: "s", tool_call_id: "a" });
    const hostCall = { session_id: "s", call_id: "h", capability: "process", operation: "exec" };
    const answered = client.request("host/call", { ...hostCall, params: { command: "make" } });
    const alsoCancelled = client.request(cancelMethod, { session_id: "s", call_id: "h" });
    await opening;
    expect(await cancelled).toMatchObject({ status: "cancelled", tool: "run_command" });
    expect(await alsoCancelled).toMatchObject({ status: "cancelled", tool: "process.exec" });
    expect((await answer).status).toBe("cancelled");
    expect(await answered).toMatchObject({ status: "cancelled" });
    expect(engine.launcher.processes.length).toBeLessThanOrEqual(2);
  });

  it.each([
    ["tool/call", { name: "run_command", input: { command: "make" } }],
    ["host/call", { capability: "process", operation: "exec", params: { command: "make" } }],
  ])("by what was delivered before and is not recorded yet, right behind a %s", async (method, params) => {
    const opened = Promise.withResolvers<void>();
    const gate = { isStuck: false, opened: opened.promise };
    await using bridge = await open({ through: gated(gate) });
    const { client, engine } = bridge;
    const before = await blocked(bridge, "before");
    engine.launcher.processes[0]?.exit();
    await before.answer;
    gate.isStuck = true;
    const answer = client.request(method, { session_id: "s", call_id: "a", ...params });
    const cancelling = client.request(cancelMethod, { session_id: "s", tool_call_id: "a" });
    await settle();
    gate.isStuck = false;
    opened.resolve();
    expect(await cancelling).toMatchObject({ status: "cancelled", call_id: "a" });
    expect(await answer).toMatchObject({ status: "cancelled" });
    expect(engine.launcher.processes).toHaveLength(1);
  });

  it("as a notification by the time that it gives the call: nobody waits for that", async () => {
    using engine = await fakeEngine();
    const sessions = new ConnectionSessions(runtimeOf(engine), new SessionHolders(), { peer: {} as Peer } as never);
    const { session } = await sessions.open({ id: "s" });
    const connection = { sessions, deliveries: new Deliveries(), starting: new StartingCalls() } as never as Connection;
    const context = { connection, signal: new AbortController().signal, requestId: null };
    const call = session.parts.calls.open("s", "wait", { callId: "a" });
    const params = { session_id: "s", tool_call_id: "a", timeout_ms: 60_000 };
    // Of a call that is never answered, on a clock that stands still.
    await createRouter(bridgeMethods).notification(cancelMethod, params, context);
    expect(call.cancelled?.by).toBe("client");
  });

  it("by a hundred calls in flight and a store that does not answer", async () => {
    const opened = Promise.withResolvers<void>();
    const gate = { isStuck: false, opened: opened.promise };
    await using bridge = await open({ through: gated(gate) });
    const { client, engine } = bridge;
    const session = await engine.openSession({ id: "look" });
    const answers = Array.from({ length: 100 }, (_, index) =>
      client.run("s", "make", {}, { call_id: `c${index}` }).catch((error: unknown) => error),
    );
    for (let turns = 0; turns < 100 && session.parts.calls.inFlight("s").length < 100; turns++) await settle();
    const target = session.parts.calls.get("s", "c42");
    gate.isStuck = true;
    // Requests that hang in the store.
    for (let index = 0; index < 10; index++) void client.request("inbox/claim", { session_id: "s" }).catch(() => null);
    const cancelling = client.request(cancelMethod, { session_id: "s", tool_call_id: "c42" });
    await settle();
    expect(target?.cancelled).toMatchObject({ by: "client", reason: null });
    expect(session.parts.calls.inFlight("s").filter(({ cancelled }) => cancelled !== null)).toHaveLength(1);
    // It is answered too, without the reminder that the store has not taken yet.
    await engine.pass(5);
    expect(await cancelling).toMatchObject({ status: "cancelled", call_id: "c42" });
    gate.isStuck = false;
    opened.resolve();
    expect(await answers[42]).toMatchObject({ status: "cancelled" });
    expect(await client.claim("s")).toMatchObject({ messages: [{ call_id: "c42" }] });
  });
});
