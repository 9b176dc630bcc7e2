import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import { collectGarbage } from "../../support/collect.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const sleeper = { command: "sleep 60", background: true };

describe.each(stores)("a session (%s)", (store) => {
  it("that closes stops what runs and returns the reports", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, sleeper);
    await run(at.session, { ...sleeper, label: "second" });
    const reports = await at.session.close();
    expect(reports).toMatchObject([
      { outcome: "cancelled", endedBy: { kind: "session_close" }, receipt: { survivors: [] } },
      { label: "second" },
    ]);
    await expect(run(at.session, "true")).rejects.toMatchObject({ kind: "closed" });
    await expect(at.runtime.openSession({ id: at.session.id })).rejects.toMatchObject({ kind: "closed" });
  });

  it("with a parent hands over what runs and what is unread", async () => {
    await using at = await testRuntime({ store });
    const parent = at.session;
    await run(parent, sleeper);
    const child = await at.runtime.openSession({ parent: parent.id });
    await run(child, { command: "echo from the child", background: true });
    await eventually(() => child.live().length === 0);
    const { handle_id: id } = await run(child, { command: "sleep 0.5; echo later", background: true });
    expect(await child.close()).toEqual([]);
    expect(parent.live().map(({ alias }) => alias)).toContain(1);
    expect(await callTool(parent, "wait_command", { handle_id: id, timeout_ms: 5_000 })).toMatchObject({
      stdout: "later\n",
    });
    expect(await drainResults(parent)).toMatchObject([{ stdout: "from the child\n" }]);
  });

  it("opened with onClose stop does not", async () => {
    await using at = await testRuntime({ store });
    const child = await at.runtime.openSession({ parent: at.session.id, onClose: "stop" });
    await run(child, sleeper);
    expect(await child.close()).toMatchObject([{ endedBy: { kind: "session_close" } }]);
    expect(at.session.live()).toEqual([]);
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("that is attached again fences its former reader", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, { command: "echo mail", background: true });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 1);
    const again = await at.runtime.openSession({ id: at.session.id });
    await expect(at.session.inbox.claim()).rejects.toMatchObject({ kind: "conflict" });
    expect((await again.inbox.claim())?.messages).toHaveLength(1);
  });

  it("gets what a fenced reader's answer was to carry", async () => {
    await using at = await testRuntime({ store });
    const answer = at.session.dispatch("run_command", { command: "sleep 0.3; echo result" });
    await eventually(() => at.session.live().length === 1);
    const again = await at.runtime.openSession({ id: at.session.id });
    await (await answer).received();
    expect(await drainResults(again)).toMatchObject([{ stdout: "result\n" }]);
  });

  it("that closes returns what was claimed and never acknowledged, too", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, { command: "echo claimed", background: true });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 1);
    await at.session.inbox.claim();
    await run(at.session, { command: "echo unread", background: true });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 1);
    expect(await at.session.close()).toMatchObject([
      { stdout: { text: "claimed\n" } },
      { stdout: { text: "unread\n" } },
    ]);
  });

  it("claims the very same again until it is acknowledged; lastClaim acknowledges after a crash", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, { command: "echo mail", background: true });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 1);
    const first = await at.session.inbox.claim();
    const second = await at.session.inbox.claim();
    expect([second?.id, second?.text, second?.redelivered]).toEqual([first?.id, first?.text, true]);
    const unsaved = await at.runtime.openSession({ id: at.session.id });
    expect((await unsaved.inbox.claim())?.text).toBe(first?.text);
    const saved = await at.runtime.openSession({ id: at.session.id, lastClaim: first?.id ?? "" });
    expect(await saved.inbox.claim()).toBeNull();
  });

  it("wakes an idle agent when a result lies unread, and at once when one does already", async () => {
    await using at = await testRuntime({ store });
    let wakes = 0;
    using _first = at.session.inbox.onReady(() => {
      wakes += 1;
    });
    await run(at.session, { command: "true", background: true });
    await eventually(() => wakes > 0);
    let late = 0;
    using _second = at.session.inbox.onReady(() => {
      late += 1;
    });
    await eventually(() => late > 0);
    expect(at.session.inbox.pending).toBe(1);
  });

  it("tells in its digest what runs and what is unread, and claims nothing", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, { command: "exit 3", background: true, label: "unit tests" });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 1);
    await run(at.session, { ...sleeper, label: "dev server" });
    const digest = await at.session.digest();
    expect(digest).toContain("1 command running");
    expect(digest).toContain("dev server");
    expect(digest).toMatch(/\[exit 3 .*unit tests/);
    expect(await drainResults(at.session)).toHaveLength(1);
  });
});

describe("a runtime", () => {
  it("that closes stops everything; the results wait for the next attach", async () => {
    await using at = await testRuntime({ store: "sqlite" });
    const running = run(at.session, "sleep 60");
    await run(at.session, sleeper);
    await eventually(() => at.session.live().every(({ phase }) => phase === "running"));
    const reports = await at.runtime.close();
    expect(reports.map(({ endedBy }) => endedBy.kind)).toHaveLength(2);
    expect(["cancelled", "killed"]).toContain((await running)["status"]);
    await using next = await testRuntime({ store: "sqlite", stateDir: at.stateDir });
    const again = await next.runtime.openSession({ id: at.session.id });
    expect(await drainResults(again)).toMatchObject([{ alias: "h2", ended_by: { cause: "runtime_close" } }]);
    await expect(at.runtime.openSession()).rejects.toMatchObject({ kind: "closed" });
  });

  it("tells watchers what happens, in order", async () => {
    await using at = await testRuntime();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const event of at.runtime.events(1)) seen.push(event.type);
    })();
    await run(at.session, "true");
    await at.session.close();
    await at.runtime.close();
    await watching;
    expect(seen).toEqual(["session_opened", "handle_started", "handle_ended", "session_closed"]);
  });
});

it("a session whose reader has left is let go of, and there is a next one", async () => {
  await using at = await testRuntime();
  const leaves = async (): Promise<WeakRef<Session>> => {
    const session = await at.runtime.openSession({ id: "visited" });
    // With something to keep, so that leaving does not close it.
    await run(session, sleeper);
    await session.leave();
    return new WeakRef(session);
  };
  const left = await leaves();
  await eventually(() => {
    collectGarbage();
    return left.deref() === undefined;
  });
  const again = await at.runtime.openSession({ id: "visited" });
  expect(await drainResults(again)).toHaveLength(1);
});
