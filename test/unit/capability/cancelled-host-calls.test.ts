/** What the cancel of a host call does, over fakes: the same as that of a tool call. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { eventually } from "../../support/eventually.ts";
import { heldStops, results, started } from "../../support/fake-calls.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";

const wrongBranch = { by: "user", reason: "wrong branch" };
const command = { argv: ["build"] };

describe("a host call that is cancelled", () => {
  it("has stopped what it executed, or says that it is stopping", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const stop = heldStops(engine);
    const executing = session.hostCall("process", "exec", command, { callId: "x" });
    await started(engine);
    await session.cancelCall("x", { ...wrongBranch, injectReminder: false });
    await engine.pass(2_100);
    const answer = await executing;
    expect<JsonObject>(answer).toMatchObject({ status: "cancelled", cancelled: wrongBranch, stopping: true });
    stop.resolve();
    await engine.pass(5_000);
    expect(await results(engine, session)).toEqual([answer["handle_id"]]);
  });

  it("that waits leaves the process alone; one that kills still kills", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const { handle_id: id } = await session.hostCall("process", "spawn", command);
    const waiting = session.hostCall("process", "wait", { handle_id: id }, { callId: "w" });
    await turn();
    await session.cancelCall("w", wrongBranch);
    expect<JsonObject>(await waiting).toMatchObject({
      status: "cancelled",
      cancelled: wrongBranch,
      wait_cancelled: true,
      running: true,
      timed_out: false,
    });
    const stop = heldStops(engine);
    const killing = session.hostCall("process", "kill", { handle_id: id }, { callId: "k" });
    await turn();
    await session.cancelCall("k", wrongBranch);
    expect<JsonObject>(await killing).toMatchObject({ status: "cancelled", success: false, stopping: true });
    stop.resolve();
    await engine.pass(5_000);
    expect(session.live()).toEqual([]);
  });

  it("before it began does nothing, and says who did it", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const answer = await session.hostCall("process", "spawn", command, { signal: AbortSignal.abort("gone") });
    expect(answer).toEqual({
      status: "cancelled",
      tool: "process.spawn",
      call_id: null,
      cancelled: { by: "caller", reason: "gone" },
      duration_ms: 0,
    });
    expect(await engine.ledger.list({ sessionId: session.id, state: null, limit: 10 })).toEqual([]);
  });

  it("and answered before its process was there leaves none behind", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const launch = Promise.withResolvers<void>();
    engine.launcher.step = async (what) => (what === "launch" ? launch.promise : undefined);
    const spawning = session.hostCall("process", "spawn", command, { callId: "s" });
    while (session.live()[0]?.phase !== "starting") await turn();
    await engine.pass(50);
    await session.cancelCall("s", { ...wrongBranch, injectReminder: false });
    await engine.pass(3_100);
    expect<JsonObject>(await spawning).toMatchObject({ status: "cancelled", tool: "process.spawn" });
    launch.resolve();
    await engine.pass(5_000);
    expect([engine.launcher.processes.length, session.live()]).toEqual([1, []]);
  });
});

it("a report whose answer fails on its way is in the inbox", async () => {
  using engine = await fakeEngine();
  const session = await engine.openSession();
  const executing = session.hostCall("process", "exec", command);
  await started(engine);
  const [handle] = session.live();
  // Its output is read after the command has ended.
  Object.defineProperty(handle, "directory", {
    get: () => {
      throw new Error("a fault of ours");
    },
  });
  engine.launcher.processes[0]?.exit();
  await expect(executing).rejects.toMatchObject({ kind: "internal" });
  const unread = await eventually(async () => {
    const found = await results(engine, session);
    return found.length > 0 ? found : null;
  });
  expect(unread).toEqual([handle?.id]);
});

it.each(["run_command", "process.exec"])("a report that comes after the answer is in the inbox (%s)", async (how) => {
  const record = Promise.withResolvers<void>();
  using engine = await fakeEngine({
    through: (ledger) => ({
      ...ledger,
      record: async (request) => {
        await record.promise;
        return ledger.record(request);
      },
    }),
  });
  const session = await engine.openSession();
  const answering =
    how === "run_command"
      ? session.call("run_command", command, { callId: "c1" }).then(({ data }) => data)
      : session.hostCall("process", "exec", command, { callId: "c1" });
  await started(engine);
  engine.launcher.processes[0]?.exit();
  await engine.pass(50);
  const [handle] = session.live();
  // It is on its way under the claim of this answer, which cannot give it up any more.
  expect(handle?.carriedBy).not.toBeNull();
  await session.cancelCall("c1", { ...wrongBranch, injectReminder: false });
  await engine.pass(3_100);
  expect(await answering).toEqual({
    status: "cancelled",
    tool: how,
    call_id: "c1",
    cancelled: wrongBranch,
    duration_ms: expect.any(Number) as unknown,
  });
  record.resolve();
  // Its output is read from the disk meanwhile.
  const unread = await eventually(async () => {
    const found = await results(engine, session);
    return found.length > 0 ? found : null;
  });
  expect(unread).toEqual([handle?.id]);
});
