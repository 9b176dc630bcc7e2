/** How every session cancels one call and asks for approval, wherever it is. */
import { expect, it } from "vitest";
import type { AgentCallOptions, AgentSession, ApprovalRequest } from "../../../src/index.ts";
import { eventually } from "../eventually.ts";
import type { SessionHostKind } from "../session-hosts.ts";
import { failure } from "./failure.ts";

/** Resolves when so many commands run. */
const running = (session: AgentSession, count: number) =>
  eventually(async () => {
    const { data } = await session.call("list_handles", {});
    return (data["handles"] as unknown[]).length === count;
  });

const sleeping = (session: AgentSession, options: AgentCallOptions = {}) =>
  session.call("run_command", { command: "exec sleep 30" }, options);

export function describeCancel({ start }: SessionHostKind): void {
  it("cancels exactly one call, and says so", async () => {
    await using host = await start();
    await using session = await host.open();
    expect(await session.cancelCall("nobody")).toBe("not_found");
    const call = sleeping(session, { callId: "a" });
    const other = session.call("run_command", { command: "read line < /dev/zero; true", background_after_ms: 500 });
    await running(session, 2);
    expect(await session.cancelCall("a", { by: "ada", reason: "wrong branch" })).toBe("cancelled");
    const endedBy = { cause: "cancel", by: "ada", reason: "wrong branch" };
    expect(await call).toMatchObject({ status: "cancelled", data: { ended_by: endedBy } });
    expect(await session.cancelCall("a")).toBe("not_found");
    expect((await other).status).toBe("running");
    await running(session, 1);
  });

  it("reminds the agent, unless told not to", async () => {
    await using host = await start();
    await using session = await host.open();
    const quiet = sleeping(session, { callId: "quiet" });
    await running(session, 1);
    expect(await session.cancelCall("quiet", { injectReminder: false })).toBe("cancelled");
    await quiet;
    expect(await session.inbox.claim()).toBeNull();
    const told = sleeping(session, { callId: "told" });
    await running(session, 1);
    expect(await session.cancelCall("told", { reason: "enough" })).toBe("cancelled");
    await told;
    const mail = await session.inbox.claim();
    expect(mail?.messages).toMatchObject([
      { kind: "notice", callId: "told", body: { tag: "tool_call_cancelled", by: "user", reason: "enough" } },
    ]);
    expect(mail?.text).toContain("enough");
  });

  it("waits until the call has been answered, and joins a cancel that is under way", async () => {
    await using host = await start();
    await using session = await host.open();
    let isAnswered = false;
    const call = sleeping(session, { callId: "a" }).finally(() => {
      isAnswered = true;
    });
    await running(session, 1);
    const both = [session.cancelCall("a", { timeoutMs: 20_000 }), session.cancelCall("a", { timeoutMs: 20_000 })];
    expect(await Promise.all(both)).toEqual(["cancelled", "already_cancelled"]);
    expect(await call).toMatchObject({ status: "cancelled" });
    expect(isAnswered).toBe(true);
  });

  it("says when the time has passed; who forces the end later is not the one who cancelled it", async () => {
    await using host = await start();
    await using session = await host.open();
    const command = "trap '' TERM INT HUP; while :; do sleep 0.1; done";
    const call = session.call("run_command", { command }, { callId: "a" });
    await running(session, 1);
    expect(await session.cancelCall("a", { timeoutMs: 1 })).toBe("timeout");
    expect(["already_cancelled", "not_found"]).toContain(await session.cancelCall("a", { force: true }));
    expect(await call).toMatchObject({ status: "cancelled" });
  });

  it("cancels a call by its signal, before and while it runs", async () => {
    await using host = await start();
    await using session = await host.open();
    const abort = new AbortController();
    const call = sleeping(session, { signal: abort.signal });
    await running(session, 1);
    abort.abort();
    expect(await call).toMatchObject({ status: "cancelled" });
    const late = session.call("run_command", { command: "echo never" }, { signal: abort.signal });
    expect(await late).toMatchObject({ status: "cancelled" });
  });

  it("asks before a command: allowed, denied, written anew, void", async () => {
    const asked: ApprovalRequest[] = [];
    await using host = await start({
      approve: (request) => {
        asked.push(request);
        if (request.command === "echo no") return { decision: "deny", reason: "not today" };
        if (request.command === "echo old") return { decision: "rewrite", input: { command: "echo new" } };
        if (request.command === "echo fault") throw new Error("the approver is ill");
        if (request.command === "echo wait") return new Promise(() => {});
        return { decision: "allow" };
      },
    });
    await using session = await host.open({ id: "s" });
    const run = (command: string, options = {}) => session.call("run_command", { command }, options);
    expect((await run("echo yes", { callId: "c" })).data["stdout"]).toBe("yes\n");
    expect(asked[0]).toMatchObject({
      tool: "run_command",
      sessionId: "s",
      callId: "c",
      command: "echo yes",
      input: { command: "echo yes" },
    });
    expect(await failure(run("echo no"))).toMatchObject({ kind: "policy_denied", details: { reason: "not today" } });
    expect((await run("echo old")).data["stdout"]).toBe("new\n");
    expect(await failure(run("echo fault"))).toMatchObject({
      kind: "policy_denied",
      details: { reason: "the approval failed: the approver is ill" },
    });
    const waiting = run("echo wait", { callId: "w" });
    const last = await eventually(() => asked.find(({ command }) => command === "echo wait"));
    expect(last.signal.aborted).toBe(false);
    expect(await session.cancelCall("w")).toBe("cancelled");
    expect(await waiting).toMatchObject({ status: "cancelled" });
    await eventually(() => last.signal.aborted);
  });
}
