/** What survives a connection that breaks, with each kind of server, on real processes. */
import { type ChildProcess, spawn } from "node:child_process";
import { connect as connectSocket, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createBridge } from "../../../src/bridge/index.ts";
import { connect } from "../../../src/client/index.ts";
import type { AgentSession } from "../../../src/index.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { cli, program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { serveSocket } from "../../support/session-hosts.ts";
import { failure } from "../../support/session-suite/failure.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const reconnect = { firstDelayMs: 10 };

const running = async (session: AgentSession): Promise<unknown[]> => {
  const { data } = await session.call("list_handles", {}, { requestId: "idempotent" });
  return data["handles"] as unknown[];
};

/** A server over one runtime, and a client whose connections are in reach. */
async function overSocket() {
  const bridge = createBridge();
  const host = await testRuntime({ approve: bridge.approve });
  const server = await serveSocket(bridge, host.runtime);
  const sockets: Socket[] = [];
  const open = (): Socket => connectSocket(server.path);
  const opened = (): Socket => {
    const socket = open();
    sockets.push(socket);
    return socket;
  };
  const client = await connect({ open: opened, reconnect });
  return {
    host,
    client,
    /** Of another client. */
    open,
    cut: () => void sockets.at(-1)?.destroy(),
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.close();
      await host[Symbol.asyncDispose]();
    },
  };
}

describe("a server over one runtime", () => {
  it("keeps an idle session for the client that comes back", async () => {
    await using test = await overSocket();
    const session = await test.client.openSession({ id: "s" });
    for (let times = 0; times < 3; times++) {
      test.cut();
      expect(await session.digest()).toContain("0 commands running");
    }
    expect(await session.close()).toEqual([]);
  });

  it("cancels the call in front, which rejects; in a session opened again the background goes on", async () => {
    await using test = await overSocket();
    const session = await test.client.openSession({ id: "s" });
    test.cut();
    await session.digest();
    const { data } = await session.call("run_command", { command: "exec sleep 60", background: true });
    const front = failure(session.call("run_command", { command: "exec sleep 60" }));
    await eventually(async () => (await running(session)).length === 2);
    test.cut();
    expect(await front).toMatchObject({ kind: "unavailable", tool: "run_command" });
    await eventually(async () => (await running(session)).length === 1);
    expect(await running(session)).toMatchObject([{ handle_id: data["handle_id"] }]);
    const reports = await session.close();
    expect(reports.some(({ handleId }) => handleId === data["handle_id"])).toBe(true);
  });
});

describe("a session that another client has taken over", () => {
  it("is not taken back by a client that connects again, however often", async () => {
    await using test = await overSocket();
    await using another = await connect({ open: test.open, reconnect });
    const first = await test.client.openSession({ id: "s" });
    const second = await another.openSession({ id: "s" });
    for (let times = 0; times < 2; times++) {
      test.cut();
      expect(await failure(first.digest())).toMatchObject({ kind: "conflict", retryable: false });
      expect(await second.digest()).toContain("0 commands running");
    }
    expect(await failure(first.inbox.claim())).toMatchObject({ kind: "conflict" });
    // Who opens it anew means to have it.
    const third = await test.client.openSession({ id: "s" });
    expect(await third.digest()).toContain("0 commands running");
    expect(await failure(second.digest())).toMatchObject({ kind: "conflict" });
    await third.close();
  });
});

describe("a bridge as a child", () => {
  it("that is killed has a successor, where what it ran is reported, and what was claimed comes again", async () => {
    using commandLine = cli();
    const children: ChildProcess[] = [];
    const open = () => {
      const child = spawn(process.execPath, [program, "bridge"], {
        env: commandLine.env,
        stdio: ["pipe", "pipe", "ignore"],
      });
      children.push(child);
      return child;
    };
    const client = await connect({ open, reconnect });
    const session = await client.openSession({ id: "s" });
    await session.call("run_command", { command: "echo done", background: true });
    const mail = await eventually(() => session.inbox.claim());
    const { data } = await session.call("run_command", { command: "exec sleep 60", background: true });
    children[0]?.kill("SIGKILL");
    const again = await session.inbox.claim();
    expect(again).toMatchObject({ id: mail.id, text: mail.text, redelivered: true });
    expect(children).toHaveLength(2);
    expect(await mail.ack()).toBe(true);
    const lost = await eventually(() => session.inbox.claim(), { timeoutMs: 10_000 });
    expect(lost.messages).toMatchObject([{ handleId: data["handle_id"], body: { outcome: "lost" } }]);
    await lost.ack();
    await session.close();
    await client.close();
  });
});
