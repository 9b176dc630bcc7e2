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
  it("loses live output only, is asked nothing more when its answers pile up, and gets every answer later", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime, { writerLimits: { crowdedBytes: 20_000, fullBytes: 100_000 } });
    const { client, output, input } = served;
    await client.request("session/open", { session_id: "s" });
    output.pause();
    const noisy = client.run(
      "s",
      "for i in $(seq 12); do head -c 20000 /dev/zero | tr '\\0' x; sleep 0.11; done",
      { max_inline_bytes: 10 },
      { call_id: "noisy", output: true },
    );
    const lists = Array.from({ length: 60 }, () => client.request("tool/list"));
    await eventually(() => input.readableLength > 0 || input.isPaused(), { what: "the reading to pause" });
    // Nothing is written to it any more: what waits is bounded by the queue.
    const quiet = await eventually(async () => {
      const { data } = await host.runtime.openSession({ id: "look" }).then((s) => s.call("list_handles", {}));
      return data;
    });
    expect(quiet).toBeDefined();
    output.resume();
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
});
