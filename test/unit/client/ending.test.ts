/** How a connection ends: what is still said and waited for, and what is let go of. */
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { deferred } from "../../../src/base/deferred.ts";
import { connect } from "../../../src/client/index.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { eventually } from "../../support/eventually.ts";
import { turn } from "../../support/fake-engine.ts";
import { FakeServer, greeting, type Sent } from "../../support/fake-server.ts";
import { failure } from "../../support/session-suite/failure.ts";

const answer = { status: "ok", text: "", data: {} };

async function turns(): Promise<void> {
  for (let times = 0; times < 10; times++) await turn();
}

/** Whether it has settled, once all turns that it needs have passed. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void work.then(() => {
    settled = true;
  });
  await turns();
  return settled;
}

describe("client.close()", () => {
  it("waits for what is still answered, and says that the answers came", async () => {
    const server = new FakeServer(greeting);
    const client = await connect({ open: () => server, reconnect: false });
    const session = await client.openSession();
    const call = session.call("run_command", {});
    const asked = await server.got("tool/call");
    const closing = client.close();
    await eventually(() => server.writable.readableEnded);
    expect(server.writable.destroyed && !server.writable.readableEnded).toBe(false);
    expect(await isSettled(closing)).toBe(false);
    server.answer(asked, answer);
    expect(await call).toMatchObject({ status: "ok" });
    server.readable.end();
    await closing;
  });

  it("gives up on a server that never ends", async () => {
    const clock = fakeClock();
    const server = new FakeServer(greeting);
    const client = await connect({ open: () => server, clock, reconnect: false });
    const closing = client.close();
    expect(await isSettled(closing)).toBe(false);
    clock.advance(10_000);
    await closing;
    expect([server.readable.destroyed, server.writable.destroyed, clock.timers]).toEqual([true, true, 0]);
  });

  it("loses nothing that was said before, however slowly the other side reads", async () => {
    const server = new FakeServer({ ...greeting, "tool/call": () => answer });
    const client = await connect({ open: () => server, reconnect: false });
    const session = await client.openSession();
    server.writable.pause();
    const calls = [1, 2, 3].map(() => session.call("run_command", { stdin: "x".repeat(300_000) }));
    await turns();
    const closing = client.close();
    await turns();
    server.writable.resume();
    await Promise.all(calls);
    server.readable.end();
    await closing;
    expect(server.sent.filter(({ method }) => method === "tool/call")).toHaveLength(3);
  });

  it("waits for the ends of earlier connections, which are told that they are broken", async () => {
    const ended: [boolean, () => void][] = [];
    const servers: FakeServer[] = [];
    const clock = fakeClock();
    const open = () => {
      const server = new FakeServer(greeting);
      servers.push(server);
      const { readable, writable } = server;
      const close = ({ isBroken }: { readonly isBroken: boolean }): Promise<void> =>
        new Promise((resolve) => void ended.push([isBroken, resolve]));
      return { readable, writable, close };
    };
    const client = await connect({ open, clock, random: () => 1 });
    servers[0]?.cut();
    await turns();
    clock.advance(100);
    await eventually(() => servers.length === 2);
    await servers[1]?.got("initialize");
    await turns();
    const closing = client.close();
    await eventually(() => servers[1]?.writable.readableEnded);
    servers[1]?.readable.end();
    await eventually(() => ended.length === 2);
    expect(ended.map(([isBroken]) => isBroken)).toEqual([true, false]);
    ended[1]?.[1]();
    expect(await isSettled(closing)).toBe(false);
    ended[0]?.[1]();
    await closing;
  });
});

describe("streams that come when nobody waits for them any more", () => {
  it("are let go of", async () => {
    const clock = fakeClock();
    const opening = deferred<FakeServer & { close(how: { isBroken: boolean }): void }>();
    const told: boolean[] = [];
    const connecting = failure(connect({ open: () => opening.promise, clock, connectTimeoutMs: 50 }));
    await turns();
    clock.advance(50);
    expect(await connecting).toMatchObject({ kind: "unavailable", retryable: true });
    const server = Object.assign(new FakeServer(), {
      close: ({ isBroken }: { isBroken: boolean }) => void told.push(isBroken),
    });
    opening.resolve(server);
    await eventually(() => told.length > 0);
    expect([server.readable.destroyed, server.writable.destroyed, told]).toEqual([true, true, [true]]);
    server.readable.emit("error", new Error("late"));
  });
});

describe("a server that does not answer", () => {
  it.each([
    ["longhand said: no room", "there was none within 50 ms: longhand said: no room"],
    [null, "there was none within 50 ms"],
  ])("is told of with its last words: %j", async (words, why) => {
    const clock = fakeClock();
    const { readable, writable } = new FakeServer();
    const open = () => ({ readable, writable, whyEnded: async () => words });
    const connecting = failure(connect({ open, clock, connectTimeoutMs: 50 }));
    await turns();
    clock.advance(50);
    expect((await connecting).message).toBe(`the connection to the bridge is lost: ${why}`);
  });
});

describe("an error of the other side", () => {
  it("is told, also when garbage comes with it", async () => {
    const server = new FakeServer(greeting);
    const client = await connect({ open: () => server, reconnect: false });
    const session = await client.openSession();
    const [asked, other] = [failure(session.call("run_command", {})), failure(session.digest())];
    const { id } = await server.got("tool/call");
    await server.got("session/digest");
    const data = { kind: "capacity", message: "full", retryable: true };
    server.raw(`${JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32_000, message: "full", data } })}\n%!\n`);
    expect(await asked).toMatchObject({ kind: "capacity", message: "full" });
    expect((await other).message).toContain("the connection to the bridge is lost");
  });
});

describe("a log that throws", () => {
  const onLog = (): never => {
    throw new Error("the log is full");
  };

  it("does not keep those waiting who ask", async () => {
    const clock = fakeClock();
    const servers: FakeServer[] = [];
    const open = (): FakeServer => {
      if (servers.length > 1) throw new Error("nobody listens");
      servers.push(new FakeServer({ ...greeting, "session/digest": (_: Sent) => ({ text: "fine" }) }));
      return servers.at(-1) as FakeServer;
    };
    const client = await connect({ open, clock, onLog, reconnect: { attempts: 2 }, random: () => 1 });
    const session = await client.openSession({ id: "s" });
    servers[0]?.cut();
    await turns();
    const digest = session.digest();
    clock.advance(100);
    expect(await digest).toBe("fine");
    servers[1]?.cut();
    await turns();
    const failed = failure(session.digest());
    clock.advance(200);
    expect(await failed).toMatchObject({ kind: "unavailable" });
  });
});

describe("a call that waits for the next connection", () => {
  it("leaves nothing at its signal", async () => {
    const clock = fakeClock();
    const servers: FakeServer[] = [];
    const open = (): FakeServer => {
      servers.push(new FakeServer({ ...greeting, "tool/call": () => answer }));
      return servers.at(-1) as FakeServer;
    };
    const client = await connect({ open, clock, random: () => 1 });
    const session = await client.openSession({ id: "s" });
    servers[0]?.cut();
    await turns();
    const { signal } = new AbortController();
    const call = session.call("run_command", {}, { signal });
    await turns();
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    clock.advance(100);
    await call;
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
