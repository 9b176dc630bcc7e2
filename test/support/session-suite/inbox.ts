/** What every session delivers, and how it ends, wherever it is. */
import { expect, it } from "vitest";
import { eventually } from "../eventually.ts";
import type { SessionHostKind } from "../session-hosts.ts";
import { failure } from "./failure.ts";

export function describeInbox({ start }: SessionHostKind): void {
  it("delivers a result of the background: woken, claimed, given back, claimed, acknowledged", async () => {
    await using host = await start();
    await using session = await host.open();
    let wakes = 0;
    using _ready = session.inbox.onReady(() => {
      wakes += 1;
    });
    expect(session.inbox.pending).toBe(0);
    const started = await session.call("run_command", { command: "echo done", background: true });
    expect(started.status).toBe("running");
    await eventually(() => wakes > 0 && session.inbox.pending === 1);
    const mail = await session.inbox.claim();
    expect(mail).toMatchObject({
      redelivered: false,
      messages: [{ kind: "tool_result", handleId: started.data["handle_id"] }],
    });
    expect(mail?.messages[0]?.body).toMatchObject({ exitCode: 0, stdout: { text: "done\n" } });
    expect(mail?.text).toContain("done");
    const again = await session.inbox.claim();
    expect(again).toMatchObject({ id: mail?.id, text: mail?.text, redelivered: true });
    expect(await mail?.release()).toBe(true);
    const anew = await session.inbox.claim({ maxTokens: 2_000, maxMessages: 10 });
    expect(anew?.id).not.toBe(mail?.id);
    expect(await anew?.ack()).toBe(true);
    expect(await session.inbox.ack(anew?.id ?? "")).toBe(true);
    expect(await session.inbox.release(anew?.id ?? "")).toBe(false);
    expect(await session.inbox.ack("clm_unknown")).toBe(false);
    expect(await session.inbox.claim()).toBeNull();
    await eventually(() => session.inbox.pending === 0);
  });

  it("wakes soon when something lies there already, and not after it was disposed", async () => {
    await using host = await start();
    await using session = await host.open();
    await session.call("run_command", { command: "true", background: true });
    await eventually(() => session.inbox.pending > 0);
    let wakes = 0;
    const ready = session.inbox.onReady(() => {
      wakes += 1;
      throw new Error("a fault of the one who is woken");
    });
    await eventually(() => wakes > 0);
    ready[Symbol.dispose]();
    const before = wakes;
    await session.call("run_command", { command: "true", background: true });
    await eventually(() => session.inbox.pending > 1);
    expect(wakes).toBe(before);
  });

  it("acknowledges the newest claim of a transcript when it is opened again", async () => {
    await using host = await start();
    const first = await host.open({ id: "s" });
    await first.call("run_command", { command: "true", background: true });
    const mail = await eventually(() => first.inbox.claim());
    await using second = await host.open({ id: "s", lastClaim: mail.id });
    expect(await second.inbox.claim()).toBeNull();
  });

  it("says what runs and what is unread", async () => {
    await using host = await start();
    await using session = await host.open();
    await session.call("run_command", { command: "sleep 30", background: true });
    await session.call("run_command", { command: "echo done", background: true });
    await eventually(() => session.inbox.pending === 1);
    const digest = await session.digest();
    expect(digest).toMatch(/^1 command running\n/);
    expect(digest).toContain("sleep 30");
    expect(digest).toContain("1 unread result in the inbox");
  });

  it("returns the reports when it is closed, once, and is closed then", async () => {
    await using host = await start();
    const session = await host.open({ id: "s" });
    const read = await session.call("run_command", { command: "echo before", background: true });
    await eventually(() => session.inbox.pending === 1);
    const { data } = await session.call("run_command", { command: "exec sleep 30", background: true });
    const [reports, again] = await Promise.all([session.close(), session.close()]);
    expect(again).toBe(reports);
    expect(reports).toMatchObject([
      { handleId: read.data["handle_id"], exitCode: 0, stdout: { text: "before\n" } },
      { handleId: data["handle_id"], outcome: "cancelled", endedBy: { kind: "session_close" } },
    ]);
    expect(await failure(session.call("run_command", { command: "true" }))).toMatchObject({ kind: "closed" });
    expect(await failure(host.open({ id: "s" }))).toMatchObject({ kind: "closed" });
  });

  it("cancels what is in flight when it is closed", async () => {
    await using host = await start();
    const session = await host.open();
    const call = session.call("run_command", { command: "exec sleep 30" });
    await eventually(async () => ((await session.call("list_handles", {})).data["handles"] as unknown[]).length > 0);
    await session.close();
    expect((await call).data).toMatchObject({ exit_code: -1, ended_by: { by: "longhand" } });
  });

  it("leaves what a child had to its parent", async () => {
    await using host = await start();
    await using parent = await host.open({ id: "parent" });
    const child = await host.open({ id: "child", parent: "parent" });
    expect(child.parentId).toBe("parent");
    await child.call("run_command", { command: "echo from the child", background: true });
    await eventually(() => child.inbox.pending === 1);
    expect(await child.close()).toEqual([]);
    const mail = await eventually(() => parent.inbox.claim());
    expect(mail.text).toContain("from the child");
  });
}
