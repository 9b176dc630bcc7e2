/** `inbox/subscribe`: who lost the session while the store was asked gets no hints of it. */
import { expect, it } from "vitest";
import { connect } from "../../support/bridge-client.ts";
import { fakeBridge, gated, runtimeOf, settle } from "../../support/fake-bridge.ts";

it("a session that another connection took meanwhile is not subscribed", async () => {
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  const gate = { isStuck: false, opened };
  await using first = await fakeBridge({ through: gated(gate) });
  const { engine, bridge } = first;
  await first.client.request("session/open", { session_id: "s" });
  gate.isStuck = true;
  const subscribing = first.client.failure("inbox/subscribe", { session_id: "s" });
  await settle();
  await using second = connect(runtimeOf(engine), { bridge });
  await second.client.request("session/open", { session_id: "s" });
  gate.isStuck = false;
  resolve();
  expect(await subscribing).toMatchObject({ data: { kind: "conflict" } });
  const message = { messageId: "m", kind: "notice", createdAt: 0, body: { text: "for the second" } };
  await engine.ledger.post({ sessionId: "s", handleId: null, message, durable: false });
  await settle();
  expect(first.client.notifications("inbox/message")).toEqual([]);
});
