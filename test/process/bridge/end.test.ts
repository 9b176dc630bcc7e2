/** The end of a connection, however it comes: nothing is left running, and the process exits 0. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BridgeClient, connect } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture, processesNaming } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

/** The bridge as a process of its own, on real pipes. */
function startBridge() {
  const stateDir = mkdtempSync(join(tmpdir(), "longhand-bridge-"));
  const child = spawn(process.execPath, [fixture("bridge-host.ts"), stateDir], { stdio: "pipe" });
  const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const errors: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk.toString()));
  child.stdin.on("error", () => undefined);
  const client = new BridgeClient(child.stdin, child.stdout);
  return { child, exited, errors, client, [Symbol.dispose]: () => rmSync(stateDir, { recursive: true, force: true }) };
}

const pidOf = (data: Readonly<Record<string, unknown>>): number => data["pid"] as number;

describe("the end of the input", () => {
  it("stops what runs in front and behind, answers what is open, and exits 0", async () => {
    using bridge = startBridge();
    const { client } = bridge;
    await client.request("session/open", { session_id: "s" });
    const behind = await client.run("s", "trap '' TERM; sleep 300 & setsid sleep 300 & wait", { background: true });
    const front = client.run("s", `exec sleep 300`, {}, { call_id: "c" });
    const waiting = client.call("s", "wait_command", { handle_id: behind.data["handle_id"], timeout_ms: 300_000 });
    await eventually(async () => {
      const { data } = await client.call("s", "list_handles", {});
      return (data["handles"] as unknown[]).length === 2;
    });
    client.end();
    const reason = "the client closed the connection";
    expect(await front).toMatchObject({ status: "cancelled", data: { ended_by: { cause: "cancel", reason } } });
    await waiting;
    expect(await bridge.exited).toBe(0);
    expect(isAlive(pidOf(behind.data))).toBe(false);
    expect(isAlive(pidOf((await front).data))).toBe(false);
    expect(bridge.errors).toEqual([]);
  });

  it("in the middle of nothing exits 0 at once", async () => {
    using bridge = startBridge();
    bridge.client.end();
    expect(await bridge.exited).toBe(0);
    expect(bridge.client.received).toEqual([]);
  });
});

describe("a client that dies", () => {
  it("with a call in flight leaves no process", async () => {
    using bridge = startBridge();
    const { client, child } = bridge;
    await client.request("session/open", { session_id: "s" });
    const { data } = await client.run("s", "sleep 300", { background: true });
    void client.run("s", "exec sleep 300").catch(() => undefined);
    // What the kernel does to the pipes of a killed client.
    child.stdout.destroy();
    child.stdin.destroy();
    expect(await bridge.exited).toBe(0);
    expect(isAlive(pidOf(data))).toBe(false);
  });

  it("at its reading end only is gone as well", async () => {
    using bridge = startBridge();
    const { client, child } = bridge;
    await client.request("session/open", { session_id: "s" });
    const { data } = await client.run("s", "sleep 300", { background: true });
    child.stdout.destroy();
    client.notify("nobody/reads");
    void client.request("tool/list").catch(() => undefined);
    expect(await bridge.exited).toBe(0);
    expect(isAlive(pidOf(data))).toBe(false);
  });
});

describe("over a runtime that goes on", () => {
  it("only what the connection opened ends with it, children before parents", async () => {
    await using host = await testRuntime();
    const kept = await host.runtime.openSession({ id: "kept" });
    const marker = `300.${process.pid}1`;
    await kept.call("run_command", { argv: ["sleep", marker], background: true });
    const served = connect(host.runtime);
    const { client } = served;
    await client.request("session/open", { session_id: "parent" });
    await client.request("session/open", { session_id: "child", parent_session_id: "parent" });
    await client.run("child", "sleep 300", { background: true });
    await served[Symbol.asyncDispose]();
    expect(processesNaming(marker)).toHaveLength(1);
    await expect(host.runtime.openSession({ id: "child" })).rejects.toMatchObject({ kind: "closed" });
    // What the child left went to the parent, which nobody has read.
    const parent = await host.runtime.openSession({ id: "parent" });
    expect(parent.live()).toEqual([]);
    expect((await parent.inbox.claim())?.messages).toMatchObject([{ body: { endedBy: { kind: "session_close" } } }]);
    await kept.close();
  });
});
