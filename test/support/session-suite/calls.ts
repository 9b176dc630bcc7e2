/** What every session does with calls, wherever it is. */
import { expect, it } from "vitest";
import { agentTools, isLonghandError, type OutputUpdate } from "../../../src/index.ts";
import { eventually } from "../eventually.ts";
import type { SessionHostKind } from "../session-hosts.ts";
import { failure } from "./failure.ts";

export function describeCalls({ start }: SessionHostKind): void {
  it("answers with what a command did, and a failing one is a result", async () => {
    await using host = await start();
    await using session = await host.open({ id: "s" });
    expect(session).toMatchObject({ id: "s", parentId: null });
    const good = await session.call("run_command", { command: "echo hello; echo oops >&2" });
    expect(good).toMatchObject({ status: "completed", data: { exit_code: 0, stdout: "hello\n", stderr: "oops\n" } });
    expect(good.text).toContain("hello");
    expect((await session.call("run_command", { command: "exit 3" })).data).toMatchObject({ exit_code: 3 });
    // An answer is the delivery.
    expect(await session.inbox.claim()).toBeNull();
  });

  it("rejects with the error of the contract", async () => {
    await using host = await start();
    await using session = await host.open();
    const wrong = await failure(session.call("run_command", { command: "x", bakground: true }));
    expect(isLonghandError(wrong)).toBe(true);
    expect(wrong).toMatchObject({
      kind: "invalid_parameter",
      tool: "run_command",
      param: "bakground",
      retryable: false,
    });
    expect(wrong.message).toContain("did you mean background?");
    expect(await failure(session.call("wait_command", { handle_id: "h99" }))).toMatchObject({ kind: "not_found" });
    expect(await failure(session.call("run_comand", {}))).toMatchObject({ kind: "not_found" });
    const spawned = await failure(session.call("run_command", { argv: ["/does/not/exist"] }));
    expect(spawned).toMatchObject({ kind: "spawn_failed", details: { errno: "ENOENT" } });
  });

  it("has many calls in flight, and refuses an id that is", async () => {
    await using host = await start();
    await using session = await host.open();
    const slow = session.call(
      "run_command",
      { command: "read x < /dev/zero; exec sleep 30", background_after_ms: 25_000 },
      { callId: "a" },
    );
    await eventually(async () => {
      const { data } = await session.call("list_handles", {});
      return (data["handles"] as unknown[]).length === 1;
    });
    const taken = await failure(session.call("run_command", { command: "true" }, { callId: "a" }));
    expect(taken).toMatchObject({ kind: "conflict", param: "call_id" });
    const quick = await Promise.all([1, 2, 3].map((n) => session.call("run_command", { command: `echo ${n}` })));
    expect(quick.map(({ data }) => data["stdout"])).toEqual(["1\n", "2\n", "3\n"]);
    expect(await session.cancelCall("a")).toBe("cancelled");
    expect(await slow).toMatchObject({ status: "cancelled" });
    expect((await session.call("run_command", { command: "echo again" }, { callId: "a" })).data["stdout"]).toBe(
      "again\n",
    );
  });

  it("moves a blocked call to the background", async () => {
    await using host = await start();
    await using session = await host.open();
    expect(await session.moveToBackground("a")).toBe(false);
    const blocked = session.call("run_command", { command: "exec sleep 30" }, { callId: "a" });
    await eventually(() => session.moveToBackground("a"));
    const answer = await blocked;
    expect(answer.status).toBe("running");
    const { handles } = (await session.call("list_handles", {})).data;
    expect(handles).toMatchObject([{ handle_id: answer.data["handle_id"] }]);
  });

  it("shows live output, in the background too", async () => {
    await using host = await start();
    await using session = await host.open();
    const seen: OutputUpdate[] = [];
    const shown = (): string => seen.map(({ text }) => text).join("");
    await session.call(
      "run_command",
      { command: "echo one; echo two" },
      { onOutput: (update) => void seen.push(update) },
    );
    await eventually(() => shown() === "one\ntwo\n");
    expect(seen[0]).toMatchObject({ stream: "stdout", offset: 0, skipped: 0 });
    seen.length = 0;
    const onOutput = (update: OutputUpdate): void => void seen.push(update);
    await session.call(
      "run_command",
      { command: "sleep 0.2; echo later", background: true },
      { onOutput, callId: "b" },
    );
    await eventually(() => shown() === "later\n");
  });

  it("survives a viewer that throws", async () => {
    await using host = await start();
    await using session = await host.open();
    const onOutput = (): never => {
      throw new Error("a viewer's fault");
    };
    const { data } = await session.call("run_command", { command: "echo one" }, { onOutput });
    expect(data).toMatchObject({ exit_code: 0, stdout: "one\n" });
  });

  it("joins the command of a repeat with the same request id", async () => {
    await using host = await start();
    await using session = await host.open();
    const ask = () => session.call("run_command", { command: "echo once", background: true }, { requestId: "r" });
    const [first, second] = [await ask(), await ask()];
    expect(second.data["handle_id"]).toBe(first.data["handle_id"]);
  });

  it("reaches the capabilities of the host", async () => {
    await using host = await start();
    await using session = await host.open();
    expect(await session.hostCall("process", "exec", { argv: ["echo", "hi"] })).toMatchObject({
      exit_code: 0,
      stdout: "hi\n",
    });
    expect(await failure(session.hostCall("process", "fly"))).toMatchObject({ kind: "not_found" });
  });

  it("gives an agent its tools", async () => {
    await using host = await start();
    await using session = await host.open();
    const [runCommand] = agentTools(session);
    const ran = await runCommand?.execute({ command: "echo hello" });
    expect(ran).toMatchObject({ isError: false, data: { exit_code: 0 } });
    expect(ran?.text).toContain("hello");
    const wrong = await runCommand?.execute({ command: "x", argv: ["x"] });
    expect(wrong).toMatchObject({ isError: true, data: { error: { kind: "invalid_parameter", tool: "run_command" } } });
  });
}
