/** `session/move_to_background` right behind its call: it finds it, whatever held both up. */
import { expect, it } from "vitest";
import { fakeBridge, gated, settle } from "../../support/fake-bridge.ts";

const move = { session_id: "s", call_id: "a" };

it("behind the opening of their session", async () => {
  await using bridge = await fakeBridge();
  const { client } = bridge;
  void client.request("session/open", { session_id: "s" });
  const answer = client.run("s", "make", {}, { call_id: "a" });
  expect(await client.request("session/move_to_background", move)).toEqual({ moved: true });
  expect((await answer).status).toBe("running");
});

it("behind what was delivered before and is not recorded yet", async () => {
  const opened = Promise.withResolvers<void>();
  const gate = { isStuck: false, opened: opened.promise };
  await using bridge = await fakeBridge({ through: gated(gate) });
  const { client, engine } = bridge;
  await client.request("session/open", { session_id: "s" });
  const before = client.run("s", "make");
  for (let turns = 0; turns < 50 && engine.launcher.processes.length === 0; turns++) await settle();
  engine.launcher.processes[0]?.exit();
  await before;
  gate.isStuck = true;
  const answer = client.run("s", "make", {}, { call_id: "a" });
  const moving = client.request("session/move_to_background", move);
  await settle();
  gate.isStuck = false;
  opened.resolve();
  expect(await moving).toEqual({ moved: true });
  expect((await answer).status).toBe("running");
});
