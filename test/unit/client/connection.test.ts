/** One connection: what is said on it, and every way in which it can turn out to be useless. */
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/client/index.ts";
import { isLonghandError } from "../../../src/index.ts";
import { FakeServer, greeting, type Sent } from "../../support/fake-server.ts";
import { failure } from "../../support/session-suite/failure.ts";

async function connected(more: Record<string, (message: Sent) => unknown> = {}, options = {}) {
  const server = new FakeServer({ ...greeting, ...more });
  const log: string[] = [];
  const onLog = (line: string): void => void log.push(line);
  const client = await connect({ open: () => server, reconnect: false, onLog, ...options });
  const session = await client.openSession({ id: "s" });
  return { server, client, session, log };
}

describe("connecting", () => {
  it.each([[{}], [null], ["socket"], [{ stdin: null, stdout: null }]])("to %j is refused by name", async (stream) => {
    const error = await failure(connect({ open: () => stream as never }));
    expect(error).toMatchObject({ kind: "invalid_parameter", param: "open" });
  });

  it("fails with why there are no streams, and may be tried again", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const error = await failure(connect({ open: () => Promise.reject(refused) }));
    expect(error).toMatchObject({ kind: "unavailable", retryable: true, cause: refused });
    expect(error.message).toContain("ECONNREFUSED");
  });

  it.each([
    ["is silent", () => {}, "within 50 ms"],
    ["greets people", (server: FakeServer) => server.raw("Welcome to box!\n"), "not JSON"],
    ["sends no text", (server: FakeServer) => server.raw(new Uint8Array([0xff, 0x0a])), "not UTF-8"],
    ["never ends its line", (server: FakeServer) => server.raw("x".repeat(2_000)), "longer than 1000 bytes"],
    ["ends", (server: FakeServer) => server.readable.end(), "the other side ended it"],
    ["dies", (server: FakeServer) => server.cut(), "the connection to the bridge is lost"],
    ["is another server", (server: FakeServer) => server.line({ id: "lh-1", result: { hello: 1 } }), "no capabilities"],
  ])("to what %s fails, and lets go of the streams", async (_name, act, why) => {
    const server = new FakeServer();
    const connecting = failure(connect({ open: () => server, connectTimeoutMs: 50, maxLineBytes: 1_000 }));
    await new Promise<void>((resolve) => void setImmediate(resolve));
    act(server);
    const error = await connecting;
    expect(error).toMatchObject({ kind: "unavailable", retryable: true });
    expect(error.message).toContain(why);
    expect([server.readable.destroyed, server.writable.destroyed]).toEqual([true, true]);
  });

  it("fails for good when no version fits, or approve would never be called", async () => {
    const server = new FakeServer();
    const refused = failure(connect({ open: () => server }));
    const { id } = await server.got("initialize");
    const data = {
      kind: "invalid_parameter",
      message: "no common version",
      param: "protocol_versions",
      retryable: false,
    };
    server.line({ id, error: { code: -32_602, message: "no common version", data } });
    expect(await refused).toMatchObject({ kind: "invalid_parameter", param: "protocol_versions" });
    const unasked = new FakeServer({ initialize: () => ({ capabilities: { approval: false } }) });
    const error = await failure(connect({ open: () => unasked, approve: () => ({ decision: "allow" }) }));
    expect(error).toMatchObject({ kind: "unsupported", param: "approve" });
  });
});

describe("a request", () => {
  it("rejects with the error of the contract, whatever the other side made of it", async () => {
    const { session, server } = await connected();
    const asked = failure(session.call("run_command", {}));
    const { id } = await server.got("tool/call");
    const data = { kind: "capacity", message: "full", tool: "run_command", details: { limit: 3 }, retryable: true };
    server.line({ id, error: { code: -32_000, message: "full", data } });
    const error = await asked;
    expect(isLonghandError(error)).toBe(true);
    expect(error.toJSON()).toEqual(data);
  });

  it.each([
    [-32_601, "unsupported"],
    [-32_602, "invalid_parameter"],
    [-32_600, "invalid_parameter"],
    [-32_800, "unavailable"],
    [-32_603, "internal"],
    [42, "internal"],
  ])("that is refused with %i alone is %s", async (code, kind) => {
    const { session, server } = await connected();
    const asked = failure(session.digest());
    const { id } = await server.got("session/digest");
    server.line({ id, error: { code, message: "no", data: { kind: "unheard of" } } });
    expect(await asked).toMatchObject({ kind, message: "no" });
  });

  it("that is refused for a param names the option that it came from, but never one of a tool's own input", async () => {
    const { session, server } = await connected();
    const refuse = async (method: string, refused: Promise<unknown>, more: object, by = server) => {
      const asked = failure(refused);
      const { id } = await by.got(method);
      const data = { kind: "invalid_parameter", message: "x", retryable: false, ...more };
      by.line({ id, error: { code: -32_602, message: "x", data } });
      return asked;
    };
    const long = { param: "tool_call_id", message: "tool_call_id: too long", details: { limit: 200 } };
    expect(await refuse("session/cancel_tool_call", session.cancelCall("c"), long)).toMatchObject({
      kind: "invalid_parameter",
      param: "callId",
      message: "callId: too long",
      details: { limit: 200 },
      retryable: false,
    });
    const parent = { param: "parent_session_id", message: "no session p" };
    const another = new FakeServer({ initialize: greeting.initialize });
    const client = await connect({ open: () => another });
    const opened = refuse("session/open", client.openSession({ parent: "p" }), parent, another);
    expect(await opened).toMatchObject({ param: "parent", message: "no session p" });
    const own = { param: "timeout_ms", message: "timeout_ms: too long", tool: "run_command" };
    const called = refuse("tool/call", session.call("run_command", { timeout_ms: 1 }), own);
    expect(await called).toMatchObject({ param: "timeout_ms", message: "timeout_ms: too long" });
  });

  it("that is too long for the other side fails alone", async () => {
    const { session, server } = await connected({ "session/digest": () => ({ text: "fine" }) });
    const long = failure(session.call("run_command", { stdin: "x".repeat(5_000) }));
    const short = session.call("list_handles", {});
    await server.got("tool/call");
    server.line({
      id: null,
      error: { code: -32_600, message: "a line longer than 4000 bytes", data: { limit: 4_000 } },
    });
    expect(await long).toMatchObject({ kind: "invalid_parameter", message: "a line longer than 4000 bytes" });
    server.answer(await server.got("tool/call"), { status: "ok", text: "", data: {} });
    expect(await short).toMatchObject({ status: "ok" });
  });

  it("that is no JSON is refused before it is sent", async () => {
    const { session } = await connected();
    expect(await failure(session.call("run_command", { size: 1n }))).toMatchObject({ kind: "invalid_parameter" });
  });

  it("confirms the answer of a tool as soon as it came, and no other", async () => {
    const { session, server } = await connected({
      "tool/call": () => ({ status: "ok", text: "", data: {} }),
      "session/digest": () => ({ text: "" }),
    });
    await session.digest();
    await session.call("list_handles", {});
    const { id } = await server.got("tool/call");
    expect(await server.got("$/received")).toMatchObject({ params: { id } });
    expect(server.sent.filter(({ method }) => method === "$/received")).toHaveLength(1);
  });

  it("that is cancelled is still answered", async () => {
    const { session, server } = await connected();
    const abort = new AbortController();
    const call = session.call("run_command", {}, { signal: abort.signal });
    const { id } = await server.got("tool/call");
    abort.abort();
    expect(await server.got("$/cancel_request")).toMatchObject({ params: { id } });
    server.line({ id, result: { status: "cancelled", text: "", data: {} } });
    expect(await call).toMatchObject({ status: "cancelled" });
  });
});

describe("a connection that breaks, and is the only one", () => {
  it.each([
    ["cut", (server: FakeServer) => server.cut()],
    ["garbage", (server: FakeServer) => server.raw("%!\n")],
    ["complaint", (server: FakeServer) => server.line({ id: null, error: { code: -32_700, message: "not JSON" } })],
  ])("by %s rejects all that waits and all that comes: unavailable, with the reason", async (_name, act) => {
    const { session, client, server, log } = await connected();
    const waiting = [
      session.call("run_command", {}),
      session.inbox.claim(),
      session.digest(),
      client.tools(),
      session.close(),
    ];
    const failures = Promise.all(waiting.map(failure));
    await server.got("session/close");
    act(server);
    for (const error of await failures) {
      expect(error).toMatchObject({ kind: "unavailable", retryable: true });
      expect(error.message).toContain("the connection to the bridge is lost");
    }
    expect(await failure(client.openSession())).toMatchObject({ kind: "unavailable" });
    await session[Symbol.asyncDispose]();
    await client.close();
    expect(await failure(client.openSession())).toMatchObject({ kind: "closed" });
    expect(log.filter((line) => line.includes("TypeError"))).toEqual([]);
  });
});

describe("a question of the bridge", () => {
  it("of another kind is refused, and unknown notifications are nobody's", async () => {
    const { server, session } = await connected({ "session/digest": () => ({ text: "fine" }) });
    server.line({ id: "q", method: "coffee/request", params: {} });
    server.line({ method: "tool/output", params: { session_id: "s", call_id: 1 } });
    server.line({ method: "tool/output", params: { session_id: "nobody", call_id: "c" } });
    server.line({ method: "weather/changed", params: {} });
    expect(await session.digest()).toBe("fine");
    expect(server.sent.find(({ id }) => id === "q")).toMatchObject({ error: { code: -32_601 } });
  });
});
