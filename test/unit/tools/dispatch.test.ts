/** A cancelled call is answered, whatever its tool does, and nothing that its tool carried is lost. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LonghandError } from "../../../src/base/errors.ts";
import type { Session } from "../../../src/session/session.ts";
import { defineTool, type Tool, type ToolAnswer, type ToolContext } from "../../../src/tools/tool.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";

const input = z.strictObject({});
const done: ToolAnswer = { status: "ok", data: { done: true }, text: "[done]" };
const wrongBranch = { by: "user", reason: "wrong branch" };

function toolOf(run: (context: ToolContext) => Promise<ToolAnswer>, unwindMs?: number): Tool {
  const rest = unwindMs === undefined ? {} : { unwindMs };
  return defineTool({ name: "custom", description: "", input, run: (_, context) => run(context), ...rest });
}

/** An engine with this tool, and a call of it in flight under the id `c1`. */
async function calling(run: (context: ToolContext) => Promise<ToolAnswer>, unwindMs?: number) {
  const engine = await fakeEngine({ tools: [toolOf(run, unwindMs)] });
  const session = await engine.openSession();
  const answering = session.dispatch("custom", {}, { callId: "c1" });
  let settled = false;
  const settle = (): void => {
    settled = true;
  };
  answering.then(settle, settle);
  return { engine, session, answering, isSettled: () => settled };
}

const kinds = async (engine: FakeEngine, session: Session): Promise<string[]> =>
  (await engine.ledger.unread({ sessionId: session.id, limit: 10 })).map(({ kind }) => kind);

describe("a call that is cancelled", () => {
  it("is answered although its tool ignores it: who, why, how long", async () => {
    const at = await calling(() => new Promise(() => {}));
    using engine = at.engine;
    await engine.pass(42_000);
    const cancelled = at.session.cancelCall("c1", { ...wrongBranch, timeoutMs: 60_000 });
    await engine.pass(1_000);
    const { status, data, text } = await at.answering;
    expect(status).toBe("cancelled");
    expect(data).toEqual({
      status: "cancelled",
      tool: "custom",
      call_id: "c1",
      cancelled: wrongBranch,
      duration_ms: expect.closeTo(43_000, -2) as unknown,
    });
    expect(text).toMatch(/^\[cancelled custom · 4[23]s · by user: "wrong branch"\]$/);
    expect(await cancelled).toBe("cancelled");
    expect(at.session.callsInFlight()).toEqual([]);
  });

  it.each([
    [undefined, 900, 1_100],
    [3_000, 2_900, 3_100],
    [0, -1, 20],
  ])("waits for the tool's own answer (unwindMs %s), and no longer", async (unwindMs, before, after) => {
    const at = await calling(() => new Promise(() => {}), unwindMs);
    using engine = at.engine;
    await at.session.cancelCall("c1");
    if (before > 0) await engine.pass(before);
    if (before > 0) expect(at.isSettled()).toBe(false);
    await engine.pass(after - Math.max(0, before));
    expect(at.isSettled()).toBe(true);
  });

  it("has the tool's own answer when that comes in time, and its error when that is what came", async () => {
    const heeding = await calling(async ({ call }) => {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      return { status: "cancelled", data: { found: 3 }, text: "[cancelled · 3 found]" };
    });
    using _engine = heeding.engine;
    await heeding.session.cancelCall("c1", wrongBranch);
    expect(await heeding.answering).toMatchObject({
      status: "cancelled",
      text: "[cancelled · 3 found]",
      data: { status: "cancelled", cancelled: wrongBranch, found: 3, duration_ms: expect.any(Number) as unknown },
    });
    await turn();

    const failing = await calling(async ({ call }) => {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      throw new LonghandError("unavailable", "the disk");
    });
    using _other = failing.engine;
    await failing.session.cancelCall("c1");
    await expect(failing.answering).rejects.toMatchObject({ kind: "unavailable", tool: "custom" });
  });

  it("is cancelled when the tool throws what its signal says, and only then", async () => {
    const abort = (): never => {
      throw new DOMException("no more", "AbortError");
    };
    const heeding = await calling(async ({ call }) => {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      return abort();
    });
    using _engine = heeding.engine;
    await heeding.session.cancelCall("c1", wrongBranch);
    expect(await heeding.answering).toMatchObject({ status: "cancelled", data: { cancelled: wrongBranch } });

    const own = await calling(async () => abort());
    using _other = own.engine;
    await expect(own.answering).rejects.toMatchObject({ kind: "internal", tool: "custom" });
  });

  it("in the tick in which its tool answers has the real result", async () => {
    const answer = Promise.withResolvers<ToolAnswer>();
    const at = await calling(() => answer.promise, 0);
    using engine = at.engine;
    const cancelling = at.session.cancelCall("c1", { timeoutMs: 100 });
    engine.clock.advance(0);
    answer.resolve(done);
    expect(await at.answering).toMatchObject({ status: "ok", data: { done: true } });
    expect(await cancelling).toBe("cancelled");
  });

  it("before it began runs nothing", async () => {
    let ran = false;
    const tool = toolOf(async () => {
      ran = true;
      return done;
    });
    using engine = await fakeEngine({ tools: [tool] });
    const session = await engine.openSession();
    const { status, data } = await session.call("custom", {}, { signal: AbortSignal.abort("too late") });
    expect([status, data["cancelled"], data["call_id"], ran]).toEqual([
      "cancelled",
      { by: "caller", reason: "too late" },
      null,
      false,
    ]);
    // What is wrong with it is told all the same.
    await expect(session.call("custom", { x: 1 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: "invalid_parameter",
    });
  });

  it("that only waited says so, and what goes on", async () => {
    const at = await calling(async ({ call }) => {
      await new Promise((resolve) => call.signal.addEventListener("abort", resolve));
      return {
        status: "running",
        data: { status: "running", duration_ms: 9_000 },
        text: "[running h7]",
        givenUp: "h7 goes on",
      };
    });
    using _engine = at.engine;
    await at.session.cancelCall("c1", wrongBranch);
    const { status, data, text } = await at.answering;
    expect(status).toBe("cancelled");
    expect(data).toEqual({ status: "cancelled", wait_cancelled: true, cancelled: wrongBranch, duration_ms: 9_000 });
    expect(text).toMatch(
      /^\[cancelled custom · \d+ms · by user: "wrong branch" · only the wait, h7 goes on\]\n\[running h7\]$/,
    );
  });
});

describe("a tool that nobody waits for any more", () => {
  it("and answers with a report gives it back: it comes to the inbox", async () => {
    const gate = Promise.withResolvers<void>();
    const held = await calling(async ({ session, call }) => {
      const { ledger } = session.parts;
      const message = { messageId: "m1", kind: "notice", createdAt: 1, body: { text: "kept" }, callId: call.id };
      await ledger.post({ sessionId: session.id, handleId: null, message, durable: false });
      const claim = await session.inbox.claim();
      await gate.promise;
      return { ...done, ...(claim === null ? {} : { claimId: claim.id }) };
    });
    using engine = held.engine;
    await turn();
    expect(await kinds(engine, held.session)).toEqual([]);
    await held.session.cancelCall("c1", { injectReminder: false });
    await engine.pass(2_000);
    const answer = await held.answering;
    await answer.received();
    expect(answer.status).toBe("cancelled");
    gate.resolve();
    await turn();
    expect(await kinds(engine, held.session)).toEqual(["notice"]);
  });

  it("and fails then fails for nobody", async () => {
    const gate = Promise.withResolvers<ToolAnswer>();
    const at = await calling(() => gate.promise);
    using engine = at.engine;
    await at.session.cancelCall("c1");
    await engine.pass(2_000);
    expect((await at.answering).status).toBe("cancelled");
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", note);
    gate.reject(new Error("late"));
    await turn();
    await turn();
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("leaves its id to the next call", async () => {
    const at = await calling(() => new Promise(() => {}));
    using engine = at.engine;
    await at.session.cancelCall("c1");
    await engine.pass(2_000);
    await at.answering;
    expect(await at.session.cancelCall("c1")).toBe("not_found");
    expect((await at.session.call("list_handles", {}, { callId: "c1" })).status).toBe("ok");
  });
});

it("a tool that throws at once, before it has a promise, is an error of its call", async () => {
  const tool = toolOf(() => {
    throw new LonghandError("conflict", "at once");
  });
  using engine = await fakeEngine({ tools: [tool] });
  const session = await engine.openSession();
  await expect(session.call("custom", {})).rejects.toMatchObject({ kind: "conflict", tool: "custom" });
  expect(session.callsInFlight()).toEqual([]);
});

it("a second call with the id of one in flight is refused in the name of its tool", async () => {
  const at = await calling(async () => new Promise(() => {}));
  using _engine = at.engine;
  await expect(at.session.call("custom", {}, { callId: "c1" })).rejects.toMatchObject({
    kind: "conflict",
    param: "call_id",
    tool: "custom",
  });
});
