/** Every result reaches the client exactly once: in an answer that it went on from, or in the inbox until it says so. */
import { describe, expect, it } from "vitest";
import { type BridgeClient, connect } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const open = (client: BridgeClient, more: object = {}) => client.request("session/open", { session_id: "s", ...more });

/** In the background, to its end. */
async function inBackground(client: BridgeClient, command: string): Promise<string> {
  const { data } = await client.run("s", command, { background: true });
  await eventually(async () => {
    const { data: list } = await client.call("s", "list_handles", { state: "ended" });
    return (list["handles"] as { handle_id: string }[]).some(({ handle_id }) => handle_id === data["handle_id"]);
  });
  return data["handle_id"] as string;
}

describe("a result of the background", () => {
  it("is hinted at, claimed, and gone once acknowledged", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await open(client);
    expect(await client.request("inbox/subscribe", { session_id: "s" })).toEqual({ unread: 0, claimed: 0, pending: 0 });
    const handleId = await inBackground(client, "echo done");
    await eventually(() => client.notifications("inbox/message").length > 0);
    const [hint, ...more] = client.notifications("inbox/message");
    expect(hint).toEqual({ session_id: "s", sequence: expect.any(Number), kind: "tool_result", pending: 1 });
    expect(more).toEqual([]);
    const mail = await client.claim("s");
    expect(mail).toMatchObject({
      redelivered: false,
      messages: [
        { kind: "tool_result", handle_id: handleId, sequence: hint?.["sequence"], body: { stdout: "done\n" } },
      ],
    });
    expect(mail.text).toContain("done");
    const claim = { session_id: "s", claim_id: mail.claim_id };
    expect(await client.request("inbox/ack", claim)).toEqual({ acked: true, pending: 0 });
    expect(await client.claim("s")).toEqual({ claim_id: null, messages: [], text: "", pending: 0 });
    await client.request("inbox/unsubscribe", { session_id: "s" });
    await inBackground(client, "true");
    expect((await client.claim("s")).messages).toHaveLength(1);
    expect(client.notifications("inbox/message")).toHaveLength(1);
  });

  it("comes back identical while it is not acknowledged, and anew when released", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await open(client);
    await inBackground(client, "echo done");
    const first = await client.claim("s");
    const again = await client.claim("s");
    expect(again).toEqual({ ...first, redelivered: true });
    expect(await client.request("inbox/release", { session_id: "s", claim_id: first.claim_id })).toEqual({
      released: true,
      pending: 1,
    });
    const anew = await client.claim("s");
    expect(anew.claim_id).not.toBe(first.claim_id);
    expect(anew.messages).toMatchObject([{ redelivered: true, message_id: first.messages[0]?.["message_id"] }]);
  });

  it("that a client saved but did not acknowledge is acknowledged by its next opening", async () => {
    await using host = await testRuntime();
    await host.runtime.openSession({ id: "s" });
    const before = connect(host.runtime);
    expect(await open(before.client)).toMatchObject({ ends_with_connection: false });
    await inBackground(before.client, "echo done");
    const mail = await before.client.claim("s");
    await before[Symbol.asyncDispose]();
    await using after = connect(host.runtime);
    await open(after.client, { last_claim: mail.claim_id });
    expect(await after.client.claim("s")).toMatchObject({ claim_id: null });
  });
});

describe("an answer with a report", () => {
  it("is delivered when the client asks on, and is not in the inbox then", async () => {
    await using host = await testRuntime();
    await host.runtime.openSession({ id: "s" });
    const before = connect(host.runtime);
    await open(before.client);
    await before.client.run("s", "echo one");
    expect(await before.client.claim("s")).toMatchObject({ claim_id: null });
    await before[Symbol.asyncDispose]();
    await using after = connect(host.runtime);
    await open(after.client);
    expect(await after.client.claim("s")).toMatchObject({ claim_id: null });
  });

  it("is delivered again, flagged, when the connection ended before that", async () => {
    await using host = await testRuntime();
    const { inbox } = await host.runtime.openSession({ id: "s" });
    const before = connect(host.runtime);
    await open(before.client);
    const { data } = await before.client.run("s", "echo one");
    expect(await inbox.refresh()).toMatchObject({ terminal: 0 });
    await before[Symbol.asyncDispose]();
    // At once, not only when somebody attaches: a host that watches the inbox is woken.
    expect(await inbox.refresh()).toMatchObject({ terminal: 1 });
    await using after = connect(host.runtime);
    await open(after.client);
    expect(await after.client.claim("s")).toMatchObject({
      messages: [{ handle_id: data["handle_id"], redelivered: true, body: { stdout: "one\n" } }],
    });
  });

  it("of drain_inbox is a delivery too", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await open(client);
    await inBackground(client, "echo done");
    const drained = await client.call("s", "drain_inbox", {});
    expect(drained.data["messages"]).toHaveLength(1);
    expect((await client.call("s", "drain_inbox", {})).data["messages"]).toEqual([]);
  });
});

describe("records", () => {
  it("are what the library itself hands out, in a claim and in the answer to a close", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await open(client);
    await inBackground(client, "echo done");
    const claimed = await client.request("inbox/claim", { session_id: "s", records: true });
    // The outstanding claim is the same for whoever asks in the process.
    const session = await host.runtime.openSession({ id: "s" });
    const mail = await session.inbox.claim();
    expect(claimed["messages"]).toEqual(JSON.parse(JSON.stringify(mail?.messages)));
    expect(claimed).toMatchObject({ claim_id: mail?.id, messages: [{ kind: "tool_result", body: { exitCode: 0 } }] });
    await open(client);
    const { data } = await client.run("s", "sleep 60", { background: true });
    expect(await client.request("session/close", { session_id: "s", records: true })).toMatchObject({
      reports: [
        { exitCode: 0, stdout: { text: "done\n" } },
        { handleId: data["handle_id"], outcome: "cancelled", endedBy: { kind: "session_close" } },
      ],
    });
  });
});

describe("a session", () => {
  it("that closes answers with the reports of what it stopped", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await open(client);
    const { data } = await client.run("s", "sleep 60", { background: true });
    const waiting = client.call("s", "wait_command", { handle_id: data["handle_id"], timeout_ms: 60_000 });
    expect(await client.request("session/close", { session_id: "s" })).toMatchObject({
      reports: [{ handle_id: data["handle_id"], status: "killed", ended_by: { cause: "session_close" } }],
    });
    expect(await waiting).toMatchObject({ data: { handle_id: data["handle_id"] } });
    expect(await client.failure("session/digest", { session_id: "s" })).toMatchObject({ data: { kind: "not_found" } });
    expect(await client.failure("session/open", { session_id: "s" })).toMatchObject({ data: { kind: "closed" } });
  });

  it("that closes hands over what was not received", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    const { client } = served;
    await client.request("session/open", { session_id: "parent" });
    await open(client, { parent_session_id: "parent" });
    await inBackground(client, "echo for the parent");
    await client.run("s", "echo received");
    expect(await client.request("session/close", { session_id: "s" })).toEqual({ reports: [] });
    const mail = await client.claim("parent");
    expect(mail.messages).toMatchObject([{ body: { stdout: "for the parent\n" } }]);
  });

  it("that another connection took is refused to the first; the last stops what runs and leaves the mail for the next", async () => {
    await using host = await testRuntime();
    const { createBridge } = await import("../../../src/bridge/index.ts");
    const bridge = createBridge();
    await using first = connect(host.runtime, { bridge });
    await open(first.client);
    const second = connect(host.runtime, { bridge });
    expect(await open(second.client)).toMatchObject({ ends_with_connection: true });
    await second.client.run("s", "sleep 60", { background: true });
    expect(await first.client.failure("inbox/claim", { session_id: "s" })).toMatchObject({
      code: -32_000,
      data: { kind: "conflict" },
    });
    await first[Symbol.asyncDispose]();
    expect(await second.client.call("s", "list_handles", {})).toMatchObject({
      data: { handles: [{ status: "running" }] },
    });
    await second[Symbol.asyncDispose]();
    await using third = connect(host.runtime, { bridge });
    await open(third.client);
    expect(await third.client.request("inbox/claim", { session_id: "s" })).toMatchObject({
      messages: [{ body: { ended_by: { cause: "session_close" }, status: "killed" } }],
    });
  });

  it("that a reader elsewhere took is not closed by the one that it was taken from", async () => {
    await using host = await testRuntime();
    const served = connect(host.runtime);
    await open(served.client);
    const taken = await host.runtime.openSession({ id: "s" });
    await taken.call("run_command", { command: "sleep 60", background: true });
    for (const method of ["inbox/claim", "session/close"]) {
      expect(await served.client.failure(method, { session_id: "s" })).toMatchObject({ data: { kind: "conflict" } });
    }
    await served[Symbol.asyncDispose]();
    expect((await taken.call("list_handles", {})).data["handles"]).toHaveLength(1);
    await using again = connect(host.runtime);
    expect(await open(again.client)).toMatchObject({ session_id: "s" });
  });
});
