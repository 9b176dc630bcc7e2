/** Tool calls over the bridge: many in flight, live output, to the background, cancelled. */
import { describe, expect, it } from "vitest";
import { type BridgeClient, connect, Refused } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

async function opened(client: BridgeClient, id = "s"): Promise<string> {
  await client.request("session/open", { session_id: id });
  return id;
}

describe("calls", () => {
  it("in flight together are answered as each ends", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const s = await opened(client);
    const order: number[] = [];
    const delays = [0.6, 0.3, 0, 0.15];
    await Promise.all(
      delays.map(async (delay, index) => {
        const answer = await client.run(s, `sleep ${delay}; echo ${index}`);
        expect(answer.data).toMatchObject({ stdout: `${index}\n`, exit_code: 0 });
        order.push(index);
      }),
    );
    expect(order).toEqual([2, 3, 1, 0]);
  });

  it("a hundred at once each get their own answer, once", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const s = await opened(client);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => client.run(s, `echo ${index}`)));
    expect(answers.map(({ data }) => data["stdout"])).toEqual(Array.from({ length: 100 }, (_, index) => `${index}\n`));
    const ids = client.received.flatMap(({ id }) => (id === undefined ? [] : [id]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("sent along with the session's opening wait for it", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const opening = served.client.request("session/open", { sessionId: "s" });
    const answer = await served.client.call("s", "run_command", { argv: ["echo", "hi"] });
    expect(answer).toMatchObject({ status: "completed", data: { stdout: "hi\n" } });
    expect(await opening).toMatchObject({ session_id: "s", parent_session_id: null, ends_with_connection: true });
  });

  it("list and describe the tools", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { tools } = await served.client.request<{ tools: { name: string; input_schema: object }[] }>("tool/list");
    expect(tools.map(({ name }) => name)).toContain("run_command");
    expect(tools.every(({ input_schema }) => "type" in input_schema)).toBe(true);
  });

  it("with a mistake are refused with the error of the contract", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const s = await opened(client);
    const call = (name: string, input: object) => client.failure("tool/call", { session_id: s, name, input });
    expect(await call("run_comand", {})).toMatchObject({ code: -32_602, data: { kind: "not_found" } });
    expect(await call("run_command", { comand: "x" })).toMatchObject({
      code: -32_602,
      data: { kind: "invalid_parameter", tool: "run_command", param: "comand" },
    });
    expect(await call("run_command", { argv: ["/no/such/program"] })).toMatchObject({
      code: -32_000,
      data: { kind: "spawn_failed", details: { errno: "ENOENT" } },
    });
    expect(await client.failure("tool/call", { session_id: "t", name: "list_handles" })).toMatchObject({
      code: -32_602,
      data: { kind: "not_found", param: "session_id" },
    });
    expect(await client.failure("tool/call", { session_id: s, name: "list_handles", output: true })).toMatchObject({
      data: { kind: "missing_parameter", param: "call_id" },
    });
  });

  it("that ask for it show their output while they run, and after they moved to the background", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const s = await opened(client);
    const call = client.run(
      s,
      "echo one; read line; echo two; sleep 30",
      { stdin: "x" },
      { call_id: "c", output: true },
    );
    const shown = (): string =>
      client
        .notifications("tool/output")
        .map(({ text }) => text)
        .join("");
    await eventually(() => shown() === "one\ntwo\n", { what: "the live output" });
    expect(client.notifications("tool/output")[0]).toEqual({
      session_id: s,
      call_id: "c",
      stream: "stdout",
      offset: 0,
      text: expect.stringMatching(/^one\n/),
      skipped: 0,
    });
    expect(await client.request("session/move_to_background", { session_id: s, call_id: "c" })).toEqual({
      moved: true,
    });
    const { status, data } = await call;
    expect(status).toBe("running");
    expect(await client.request("session/move_to_background", { session_id: s, call_id: "c" })).toEqual({
      moved: false,
    });
    const { text } = await client.request<{ text: string }>("session/digest", { session_id: s });
    expect(text).toMatch(/^1 command running\n/);
    const ended = await client.call(s, "cancel_handle", { handle_id: data["handle_id"], wait_result_ms: 5_000 });
    expect(ended.data).toMatchObject({ cancelled: true, result: { status: "killed" } });
  });

  it("that are cancelled resolve, other requests are answered as cancelled", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const s = await opened(client);
    const call = client.ask("mine", "tool/call", {
      session_id: s,
      name: "run_command",
      input: { command: "echo begun; exec sleep 60" },
      call_id: "c",
      output: true,
    });
    await eventually(() => client.notifications("tool/output").length > 0);
    client.notify("$/cancel_request", { id: "mine", reason: "wrong branch" });
    expect(await call).toMatchObject({
      status: "cancelled",
      data: { stdout: "begun\n", ended_by: { cause: "cancel", reason: "wrong branch" }, signal: "SIGTERM" },
    });
    const opening = client.ask("other", "session/open", { session_id: "x" }).catch((error: unknown) => error);
    client.notify("$/cancel_request", { id: "other" });
    const refused = await opening;
    expect(refused instanceof Refused && refused.error.code).toBe(-32_800);
  });
});
