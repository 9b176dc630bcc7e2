/** When a connection breaks: how often and how soon another is tried, and what becomes of those who wait. */
import { describe, expect, it } from "vitest";
import { backoff } from "../../../src/client/backoff.ts";
import { connect } from "../../../src/client/index.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { turn } from "../../support/fake-engine.ts";
import { FakeServer, greeting, type Sent } from "../../support/fake-server.ts";
import { failure } from "../../support/session-suite/failure.ts";

type Answers = Record<string, ((message: Sent) => unknown) | undefined>;

/** A client whose connections a test hands out, on a clock that stands still. */
async function reconnecting(answers: Answers = {}, reconnect = {}) {
  const clock = fakeClock();
  const servers: FakeServer[] = [];
  const log: string[] = [];
  const host = { isDown: false, opened: 0, answers };
  const open = (): FakeServer => {
    host.opened += 1;
    if (host.isDown) throw new Error("nobody listens");
    const server = new FakeServer({ ...greeting, ...host.answers });
    servers.push(server);
    return server;
  };
  const onLog = (line: string): void => void log.push(line);
  const client = await connect({ open, reconnect, clock, random: () => 1, onLog });
  const session = await client.openSession({ id: "s", onClose: "stop", parent: "p" });
  const newest = (): FakeServer => servers.at(-1) as FakeServer;
  const cut = async (): Promise<void> => {
    newest().cut();
    // Why it ended is asked for a moment.
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let turns = 0; turns < 10; turns++) await turn();
  };
  return { client, session, servers, newest, cut, pass, host, log };
}

describe("the delays", () => {
  it("double up to a bound, less up to half of it at random, and end", () => {
    const { delayMs } = backoff({ attempts: 4, firstDelayMs: 100, maxDelayMs: 300 });
    expect([0, 1, 2, 3, 4].map((attempt) => delayMs(attempt, 1))).toEqual([100, 200, 300, 300, null]);
    expect([0, 1, 2, 3, 4].map((attempt) => delayMs(attempt, 0))).toEqual([50, 100, 150, 150, null]);
  });
});

describe("a connection that breaks", () => {
  it("is made again, with its sessions, what was acknowledged, and the hints", async () => {
    const test = await reconnecting({
      "inbox/ack": () => ({ acked: true, pending: 0 }),
      "inbox/subscribe": () => ({ unread: 0, claimed: 1, pending: 0 }),
    });
    await test.session.inbox.ack("clm_1");
    let wakes = 0;
    using _ready = test.session.inbox.onReady(() => {
      wakes += 1;
    });
    await eventually(() => wakes === 1);
    await test.cut();
    await test.pass(100);
    expect(test.servers).toHaveLength(2);
    expect((await test.newest().got("session/open")).params).toEqual({
      session_id: "s",
      keep: true,
      parent_session_id: "p",
      on_close: "stop",
      last_claim: "clm_1",
    });
    await eventually(() => wakes === 2);
  });

  it("lets wait who asks meanwhile, asks again what may be asked twice, and no more", async () => {
    const test = await reconnecting();
    const claim = test.session.inbox.claim();
    const joined = test.session.call("run_command", {}, { requestId: "r" });
    const call = failure(test.session.call("run_command", {}));
    const host = failure(test.session.hostCall("process", "exec"));
    await test.newest().got("host/call");
    test.host.answers = {
      "inbox/claim": () => ({ claim_id: null }),
      "tool/call": () => ({ status: "ok", text: "", data: {} }),
      "session/digest": () => ({ text: "back" }),
    };
    await test.cut();
    expect(await call).toMatchObject({ kind: "unavailable", retryable: true, tool: "run_command" });
    expect(await host).toMatchObject({ kind: "unavailable", retryable: true, tool: "process.exec" });
    const digest = test.session.digest();
    await test.pass(100);
    expect([await claim, (await joined).status, await digest]).toEqual([null, "ok", "back"]);
    expect(test.newest().sent.filter(({ method }) => method === "tool/call")).toMatchObject([
      { params: { request_id: "r" } },
    ]);
  });

  it("is tried as often as told, and then everybody hears why", async () => {
    const test = await reconnecting({}, { attempts: 3 });
    test.host.isDown = true;
    await test.cut();
    const waiting = failure(test.session.digest());
    for (const ms of [100, 200, 400]) await test.pass(ms);
    expect(test.host.opened).toBe(4);
    expect(await waiting).toMatchObject({ kind: "unavailable", retryable: true });
    expect((await failure(test.session.call("x", {}))).message).toContain("nobody listens");
    await test.pass(100_000);
    expect(test.host.opened).toBe(4);
  });

  it("soon again and again is no success: the delays go on", async () => {
    const test = await reconnecting({}, { attempts: 3 });
    for (const ms of [100, 200, 400]) {
      await test.cut();
      await test.pass(ms - 1);
      const before = test.servers.length;
      await test.pass(1);
      expect(test.servers).toHaveLength(before + 1);
    }
    await test.pass(20_000);
    await test.cut();
    await test.pass(100);
    expect(test.servers).toHaveLength(5);
    for (let times = 0; times < 3; times++) {
      await test.cut();
      await test.pass(400);
    }
    expect(await failure(test.session.digest())).toMatchObject({ kind: "unavailable" });
  });

  it("asks again until the call id of the first is free", async () => {
    const test = await reconnecting();
    const joined = test.session.call("run_command", {}, { requestId: "r", callId: "c" });
    await test.newest().got("tool/call");
    await test.cut();
    await test.pass(100);
    const taken = { kind: "conflict", param: "call_id", message: "in flight", retryable: false };
    const { id } = await test.newest().got("tool/call");
    test.newest().line({ id, error: { code: -32_000, message: "in flight", data: taken } });
    for (let turns = 0; turns < 5; turns++) await turn();
    await test.pass(100);
    await eventually(() => test.newest().sent.filter(({ method }) => method === "tool/call").length === 2);
    test.newest().answer(await test.newest().got("tool/call"), { status: "ok", text: "", data: {} });
    expect(await joined).toMatchObject({ status: "ok" });
  });

  it("opens a session again as the reader that it was told of, or as one that it may have become since", async () => {
    let epoch = 5;
    const test = await reconnecting({
      "session/open": () => ({ session_id: "s", parent_session_id: null, reader_epoch: epoch }),
    });
    const asked = async (): Promise<unknown> => (await test.newest().got("session/open")).params?.["reader_epoch"];
    epoch = 6;
    await test.cut();
    await test.pass(100);
    expect(await asked()).toBe(5);
    // Two whose answers are lost.
    const { "session/open": answer, ...silent } = test.host.answers;
    test.host.answers = { ...silent, "session/open": undefined };
    for (const [ms, expected] of [
      [200, 6],
      [400, 7],
    ] as const) {
      await test.cut();
      await test.pass(ms);
      expect(await asked()).toBe(expected);
    }
    test.host.answers = { ...silent, "session/open": answer };
    await test.cut();
    await test.pass(800);
    expect(await asked()).toBe(8);
    await test.cut();
    await test.pass(1_600);
    expect(await asked()).toBe(6);
  });

  it("loses a session that cannot be opened again, and no other", async () => {
    const test = await reconnecting({ "session/digest": () => ({ text: "fine" }) });
    const other = await test.client.openSession({ id: "other" });
    test.host.answers = { ...test.host.answers, "session/open": undefined };
    await test.cut();
    await test.pass(100);
    for (const message of test.newest().sent.filter(({ method }) => method === "session/open")) {
      const { id, params } = message;
      const data = { kind: "closed", message: "it is closed", retryable: false };
      if (params?.["session_id"] === "s") test.newest().line({ id, error: { code: -32_000, message: "closed", data } });
      else test.newest().answer(message, { session_id: "other", parent_session_id: null });
    }
    expect(await failure(test.session.digest())).toMatchObject({ kind: "closed" });
    expect(await other.digest()).toBe("fine");
  });

  it("is not made again after a close, also not while somebody waits for it", async () => {
    const test = await reconnecting();
    await test.cut();
    const waiting = failure(test.session.digest());
    await test.client.close();
    expect(await waiting).toMatchObject({ kind: "closed" });
    await test.pass(100_000);
    expect(test.host.opened).toBe(1);
  });

  it("may be given up by a call that waits for the next: nothing was sent", async () => {
    const test = await reconnecting();
    await test.cut();
    const abort = new AbortController();
    const waiting = failure(test.session.call("run_command", {}, { signal: abort.signal }));
    abort.abort();
    expect(await waiting).toMatchObject({ kind: "unavailable" });
  });
});
