/** Clients that send rubbish, too much, or do not read. */
import { describe, expect, it } from "vitest";
import { connect } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("a client that sends rubbish", () => {
  it("is told so, and served all the same", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime, { maxLineBytes: 1_000 });
    const { client, log } = served;
    client.raw("\r\n\n");
    client.raw("{nonsense\n");
    client.raw(Buffer.from([0xc3, 0x28, 0x0a]));
    client.raw("[]\n");
    client.raw(`{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(2_000)}`);
    client.raw(`"}\n`);
    client.notify("tool/call", { session_id: "s" });
    client.raw('{"method":"no version"}\n');
    client.raw('{"jsonrpc":"2.0","id":"r","method":"session/open","params":{"session_id":"s"}}\r\n');
    await eventually(() => client.received.some(({ id }) => id === "r"));
    expect(client.complaints().map(({ code }) => code)).toEqual([-32_700, -32_700, -32_600, -32_600]);
    expect(client.complaints()[3]).toMatchObject({ message: "a line longer than 1000 bytes was skipped" });
    expect(client.received).toHaveLength(5);
    expect(log).toHaveLength(2);
    expect((await client.run("s", "echo hi")).data["stdout"]).toBe("hi\n");
  });

  it("in pieces that cut characters in two is understood", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await client.request("session/open", { session_id: "s" });
    const params = { session_id: "s", name: "run_command", input: { argv: ["printf", "%s", "naïve 🦉"] } };
    const bytes = Buffer.from(`${JSON.stringify({ jsonrpc: "2.0", id: "r", method: "tool/call", params })}\n`);
    for (const byte of bytes) client.raw(Buffer.from([byte]));
    await eventually(() => client.received.some(({ id }) => id === "r"));
    expect(client.received.at(-1)).toMatchObject({ result: { data: { stdout: "naïve 🦉" } } });
  });

  it("under an id that is in flight gets one answer for it", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await client.request("session/open", { session_id: "s" });
    const params = { session_id: "s", name: "run_command", input: { command: "sleep 0.2; echo first" } };
    const first = client.ask("same", "tool/call", params);
    client.line({ jsonrpc: "2.0", id: "same", method: "tool/call", params });
    expect(await first).toMatchObject({ data: { stdout: "first\n" } });
    expect(client.complaints()).toMatchObject([{ code: -32_600, data: { id: "same" } }]);
    expect(client.received.filter(({ id }) => id === "same")).toHaveLength(1);
  });
});

describe("a client that stops reading", () => {
  const limits = { crowdedBytes: 20_000, fullBytes: 100_000 };

  it("loses live output only, is served nothing more when its answers pile up, and gets every answer later", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime, { writerLimits: limits });
    const { client, output } = served;
    await client.request("session/open", { session_id: "s" });
    output.pause();
    const noisy = client.run(
      "s",
      "for i in $(seq 12); do head -c 20000 /dev/zero | tr '\\0' x; sleep 0.11; done",
      { max_inline_bytes: 10 },
      { call_id: "noisy", output: true },
    );
    const lists = Array.from({ length: 60 }, () => client.request("tool/list"));
    // Not begun while the client does not read: it comes behind what fills the queue.
    const opened = client.request("session/open", { session_id: "later" });
    await eventually(() => output.readableLength > 0, { what: "an answer that waits" });
    await using look = connect(host.runtime);
    expect(await look.client.request("tool/list")).toHaveProperty("tools");
    expect((await host.runtime.openSession({ id: "later" })).isNew).toBe(true);
    output.resume();
    expect(await opened).toMatchObject({ session_id: "later", ends_with_connection: false });
    const answers = await Promise.all(lists);
    expect(answers.every((answer) => "tools" in answer)).toBe(true);
    expect((await noisy).data).toMatchObject({ byte_count: 240_000 });
    const shown = client.notifications("tool/output");
    const seen = shown.reduce((sum, { text, skipped }) => sum + (text as string).length + (skipped as number), 0);
    expect(shown.some(({ skipped }) => (skipped as number) > 0)).toBe(true);
    const last = shown.at(-1) as { offset: number; text: string };
    expect(seen).toBe(last.offset + last.text.length);
    expect(seen).toBeLessThanOrEqual(240_000);
  });

  it("can still end its calls, by either kind of cancel", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime, { writerLimits: limits });
    const { client, output } = served;
    await client.request("session/open", { session_id: "s" });
    const calls = ["a", "b", "c"].map((id) =>
      client.ask(`call ${id}`, "tool/call", {
        session_id: "s",
        call_id: id,
        name: "run_command",
        input: { command: "exec sleep 60" },
      }),
    );
    await eventually(async () => {
      const { data } = await client.call("s", "list_handles", {});
      return (data["handles"] as unknown[]).length === 3;
    });
    output.pause();
    const lists = Array.from({ length: 60 }, () => client.request("tool/list"));
    const behind = client.request("session/digest", { session_id: "s" });
    client.notify("session/cancel_tool_call", { session_id: "s", tool_call_id: "a" });
    client.notify("$/cancel_request", { id: "call b" });
    void client.request("session/cancel_tool_call", { session_id: "s", tool_call_id: "c" });
    const { parts } = await host.runtime.openSession({ id: "look" });
    await eventually(() => parts.calls.inFlight("s").length === 0, { what: "the end of the calls", timeoutMs: 20_000 });
    output.resume();
    expect((await Promise.all(calls)).map(({ status }) => status)).toEqual(["cancelled", "cancelled", "cancelled"]);
    await Promise.all(lists);
    expect(await behind).toHaveProperty("text");
  });
});

describe("lines as no client should write them", () => {
  it("of a depth that no stack has are refused or taken, and the bridge goes on", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await client.request("session/open", { session_id: "s" });
    const depth = 300_000;
    const deep = "[".repeat(depth) + "]".repeat(depth);
    const method = (name: string, params: string): string => `"method":"${name}","params":${params}`;
    const lines = [
      deep,
      `{"jsonrpc":"2.0","id":${deep},${method("tool/list", "{}")}}`,
      `{"jsonrpc":"2.0","id":"a",${method("tool/list", deep)}}`,
      `{"jsonrpc":"2.0","id":"b",${method("tool/call", `{"session_id":"s","name":"list_handles","input":${deep}}`)}}`,
      `{"jsonrpc":"2.0","id":"c",${method("host/call", `{"capability":"process","operation":"poll","params":${deep}}`)}}`,
      `{"jsonrpc":"2.0","id":"d",${method("initialize", `{"protocol_versions":["2026-11-01"],"client":{"name":"x","deep":${deep}}}`)}}`,
    ];
    for (const line of lines) client.raw(`${line}\n`);
    expect((await client.run("s", "echo on")).data["stdout"]).toBe("on\n");
    expect(client.complaints()).toHaveLength(2);
    const answered = client.received.flatMap(({ id }) => (typeof id === "string" ? [id] : []));
    expect(answered.toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  it("change nothing of ours, whatever their keys", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    const poison = '{"polluted":1,"toJSON":1,"then":1}';
    for (const key of ["__proto__", "constructor", "prototype"]) {
      client.raw(
        `{"jsonrpc":"2.0","${key}":${poison},"id":"${key}","method":"session/open","params":{"${key}":${poison}}}\n`,
      );
    }
    await eventually(() => client.received.length === 3);
    for (const { error } of client.received) expect(error).toMatchObject({ code: -32_602 });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect("polluted" in {}).toBe(false);
  });
});
