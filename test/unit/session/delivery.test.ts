/** Every report reaches the agent exactly once: in an answer or in the inbox, however their ways cross. */
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import type { Session } from "../../../src/session/session.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";

const command = { argv: ["build"] };

/** What the inbox still holds, taken for good. */
async function results(session: Session): Promise<string[]> {
  const all: string[] = [];
  for (let mail = await session.inbox.claim(); mail !== null; mail = await session.inbox.claim()) {
    all.push(...mail.messages.map((message) => `${message.kind} ${message.handleId}`));
    await mail.ack();
  }
  return all;
}

/** A ledger whose `record` waits for the test, and fails as often as told. */
function slowRecord() {
  const gate = { hold: null as Promise<void> | null, failures: 0 };
  const through = (ledger: Ledger): Ledger => ({
    ...ledger,
    async record(request) {
      await gate.hold;
      if (gate.failures-- > 0) throw new LonghandError("unavailable", "the disk is full");
      return ledger.record(request);
    },
  });
  return { gate, through };
}

describe("a report that is being recorded", () => {
  it("for the inbox is carried by an answer that asks in that moment, and is not in the inbox too", async () => {
    const { gate, through } = slowRecord();
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    const started = await session.call("run_command", { ...command, background: true });
    const held = Promise.withResolvers<void>();
    gate.hold = held.promise;
    engine.launcher.processes[0]?.exit();
    await turn();
    const waiting = session.call("wait_command", { handle_id: "h1", timeout_ms: 1_000 });
    await turn();
    held.resolve();
    expect((await waiting).data).toMatchObject({ handle_id: started.data["handle_id"], completed: true });
    await turn();
    expect(await results(session)).toEqual([]);
  });

  it.each(["cancelled", "timed out"])(
    "for an answer whose wait is %s then is in one of the two, not in both",
    async (how) => {
      const { gate, through } = slowRecord();
      using engine = await fakeEngine({ through });
      const session = await engine.openSession();
      const abort = new AbortController();
      const answering = session.call("run_command", { ...command, background_after_ms: 500 }, { signal: abort.signal });
      await turn();
      const held = Promise.withResolvers<void>();
      gate.hold = held.promise;
      engine.launcher.processes[0]?.exit();
      await turn();
      if (how === "cancelled") abort.abort();
      else await engine.pass(600);
      await turn();
      held.resolve();
      const answer = await answering;
      await turn();
      const carried = answer.data["completed"] === true ? 1 : 0;
      expect(carried + (await results(session)).length).toBe(1);
    },
  );

  it("while the store fails is answered without it, and not delivered again when the store is back", async () => {
    const { gate, through } = slowRecord();
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    gate.failures = 3;
    const answering = session.call("run_command", command);
    await turn();
    engine.launcher.processes[0]?.exit();
    const answer = await answering;
    expect(answer.data).toMatchObject({ status: "completed", exit_code: 0 });
    expect(engine.supervisor.live()).toEqual([]);
    await engine.pass(1_000);
    expect(await engine.ledger.get({ handleId: String(answer.data["handle_id"]) })).toMatchObject({ state: "ended" });
    expect(await results(session)).toEqual([]);
  });

  it("while the store fails is in the inbox afterwards when nobody waited", async () => {
    const { gate, through } = slowRecord();
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    gate.failures = 3;
    const { data } = await session.call("run_command", { ...command, background: true });
    engine.launcher.processes[0]?.exit();
    await engine.pass(1_000);
    expect(await results(session)).toEqual([`tool_result ${data["handle_id"]}`]);
  });
});

describe("a start that fails", () => {
  it("is delivered by its error alone, also when the store fails", async () => {
    const { gate, through } = slowRecord();
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    engine.launcher.failure = new LonghandError("spawn_failed", "no such program");
    gate.failures = 2;
    await expect(session.call("run_command", command)).rejects.toMatchObject({ kind: "spawn_failed" });
    await engine.pass(1_000);
    expect(await results(session)).toEqual([]);
    expect(engine.supervisor.live()).toEqual([]);
  });

  it("for want of descriptors is recorded as any other, and gives its mark back", async () => {
    using engine = await fakeEngine({ descriptors: 2 });
    const session = await engine.openSession();
    await expect(session.call("run_command", command)).rejects.toMatchObject({ kind: "capacity" });
    const [handle] = await engine.ledger.list({ sessionId: session.id, state: null, limit: 10 });
    expect(handle).toMatchObject({ state: "ended", report: { outcome: "spawn_failed" } });
    expect(engine.releasedMarks).toHaveLength(1);
  });
});

describe("an answer", () => {
  it("with the inbox in it is acknowledged before the next call looks again", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", { ...command, background: true });
    engine.launcher.processes[0]?.exit();
    await turn();
    const first = await session.call("drain_inbox", {});
    const second = await session.call("drain_inbox", {});
    expect([first, second].map(({ data }) => (data["messages"] as unknown[]).length)).toEqual([1, 0]);
  });

  it("that never reached its caller leaves the report in the inbox, flagged", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const answering = session.dispatch("run_command", command);
    await turn();
    engine.launcher.processes[0]?.exit();
    await (await answering).lost();
    const mail = await session.inbox.claim();
    expect(mail?.messages).toMatchObject([{ kind: "tool_result", redelivered: true }]);
  });

  it("carries the report for all who wait with it: they read it for free", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", { ...command, background: true });
    const waiting = [1, 2, 3].map(() => session.call("wait_command", { handle_id: "h1", timeout_ms: 1_000 }));
    await turn();
    engine.launcher.processes[0]?.exit();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual(["completed", "completed", "completed"]);
    await turn();
    expect(await results(session)).toEqual([]);
  });
});
