/** Hints: once per message that became unread, none for progress, none lost behind others. */
import { describe, expect, it } from "vitest";
import { InboxSubscription } from "../../../src/bridge/subscription.ts";
import { toolOutput } from "../../../src/bridge/tool-output.ts";
import type { Peer } from "../../../src/rpc/peer.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";

const post = (engine: FakeEngine, messageId: string, kind = "notice") =>
  engine.ledger.post({
    sessionId: "s",
    handleId: null,
    message: { messageId, kind, createdAt: 0, body: { text: "x" } },
    durable: false,
  });

async function subscribed(engine: FakeEngine) {
  const session = await engine.openSession({ id: "s" });
  const told: number[] = [];
  const subscription = new InboxSubscription(session, ({ sequence }) => void told.push(sequence));
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) await turn();
  };
  return { session, told, subscription, settle };
}

describe("a subscription", () => {
  it("tells of what lies there and of what comes, each once", async () => {
    using engine = await fakeEngine();
    const { told, settle, subscription } = await subscribed(engine);
    await post(engine, "a");
    await post(engine, "b");
    await settle();
    await post(engine, "p", "tool_progress");
    await post(engine, "c");
    await settle();
    expect(told).toEqual([1, 2, 4]);
    subscription[Symbol.dispose]();
    await post(engine, "d");
    await settle();
    expect(told).toEqual([1, 2, 4]);
  });

  it("tells again of what was claimed and released", async () => {
    using engine = await fakeEngine();
    const { session, told, settle, subscription } = await subscribed(engine);
    await post(engine, "a");
    await settle();
    const mail = await session.inbox.claim();
    subscription.look();
    await settle();
    await mail?.release();
    await settle();
    expect(told).toEqual([1, 1]);
  });

  it("tells of the rest once the first ones were claimed", async () => {
    using engine = await fakeEngine();
    const { session, told, settle, subscription } = await subscribed(engine);
    for (let i = 0; i < 60; i++) await post(engine, `m${i}`);
    await settle();
    expect(told).toHaveLength(50);
    await session.inbox.claim({ maxMessages: 50, maxBytes: 1_000_000 });
    subscription.look();
    await settle();
    expect(told).toHaveLength(60);
  });
});

describe("live output", () => {
  it("that was refused is counted in the next update of the stream", () => {
    const sent: unknown[] = [];
    let crowded = false;
    const peer = {
      offer: (_method: string, { stream, offset, skipped }: { stream: string; offset: number; skipped: number }) => {
        if (!crowded) sent.push([stream, offset, skipped]);
        return !crowded;
      },
    } as unknown as Peer;
    const show = toolOutput(peer, "s", "c");
    const update = (stream: "stdout" | "stderr", offset: number, skipped = 0): void =>
      show({ stream, offset, text: "", skipped });
    update("stdout", 0);
    crowded = true;
    update("stdout", 10);
    update("stdout", 35, 5);
    update("stderr", 0);
    crowded = false;
    update("stdout", 50);
    update("stdout", 60);
    update("stderr", 8, 1);
    expect(sent).toEqual([
      ["stdout", 0, 0],
      ["stdout", 50, 40],
      ["stdout", 60, 0],
      ["stderr", 8, 8],
    ]);
  });
});
