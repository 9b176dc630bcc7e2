/** When an answer counts as received. */
import { describe, expect, it } from "vitest";
import { Deliveries } from "../../../src/bridge/deliveries.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import { nothingToSettle } from "../../../src/tools/deliver.ts";

function answer(name: string, log: string[], received: () => Promise<void> = async () => {}): ToolResult {
  return {
    status: "ok",
    text: "",
    data: {},
    received: async () => {
      log.push(`${name} received`);
      await received();
    },
    lost: async () => void log.push(`${name} lost`),
  };
}

describe("an answer", () => {
  it("is received at the session's next request, once", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    deliveries.expect("s", answer("a", log))();
    await deliveries.acknowledge("other");
    expect(log).toEqual([]);
    await deliveries.acknowledge("s");
    await deliveries.acknowledge("s");
    await deliveries.lost();
    expect(log).toEqual(["a received"]);
  });

  it("that was not sent yet is not received by a request that came before it", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    const sent = deliveries.expect("s", answer("a", log));
    await deliveries.acknowledge("s");
    expect(log).toEqual([]);
    sent();
    await deliveries.acknowledge("s");
    expect(log).toEqual(["a received"]);
  });

  it("is lost when the connection ends before that, sent or not", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    deliveries.expect("s", answer("sent", log))();
    deliveries.expect("t", answer("unsent", log));
    await deliveries.lost();
    expect(log).toEqual(["sent lost", "unsent lost"]);
  });

  it("that the client confirms is received then, by no other request, once, and lost without", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    deliveries.expect("s", answer("a", log), 1)();
    deliveries.expect("s", answer("b", log), "1")();
    await deliveries.acknowledge("s");
    expect(log).toEqual([]);
    deliveries.received(1);
    deliveries.received(1);
    deliveries.received("unknown");
    await deliveries.acknowledge("s");
    await deliveries.lost();
    expect(log).toEqual(["a received", "b lost"]);
  });

  it("that is to be confirmed counts as received when its id is used again, whatever that answer carries", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    deliveries.expect("s", answer("a", log), 1);
    deliveries.expect("s", answer("b", log), 1);
    expect(log).toEqual(["a received"]);
    deliveries.expect("s", { ...answer("c", log), received: nothingToSettle, lost: nothingToSettle }, 1);
    expect(log).toEqual(["a received", "b received"]);
    await deliveries.lost();
    expect(log).toEqual(["a received", "b received"]);
  });

  it("that nobody confirms is lost once ten thousand newer ones wait: a client that never does costs no more", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    for (let id = 0; id < 10_000; id++) deliveries.expect("s", answer(String(id), log), id);
    expect(log).toEqual([]);
    deliveries.expect("s", answer("one more", log), "more");
    expect(log).toEqual(["0 lost"]);
    deliveries.received(0);
    deliveries.received(1);
    expect(log).toEqual(["0 lost", "1 received"]);
  });

  it("keeps later requests waiting until it is acknowledged, but not for a store that hangs", async () => {
    const log: string[] = [];
    const deliveries = new Deliveries();
    const gate = Promise.withResolvers<void>();
    deliveries.expect(
      "s",
      answer("a", log, () => gate.promise),
    )();
    const first = deliveries.acknowledge("s").then(() => log.push("first request"));
    const second = deliveries.acknowledge("s").then(() => log.push("second request"));
    gate.resolve();
    await Promise.all([first, second]);
    expect(log).toEqual(["a received", "first request", "second request"]);
    deliveries.expect(
      "s",
      answer("b", log, () => new Promise(() => {})),
    )();
    await deliveries.acknowledge("s");
    await deliveries.lost();
  });
});
