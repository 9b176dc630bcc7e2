/** What the cancel of a call does to what it runs, over fakes: stops that take long, repeats, waits. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { heldStops, results, started } from "../../support/fake-calls.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";

const wrongBranch = { by: "user", reason: "wrong branch" };
const command = { argv: ["build"] };

describe("a command in front of a cancelled call", () => {
  it("whose stop takes long is told as stopping after 2 s, and its result comes to the inbox", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const stop = heldStops(engine);
    const answering = session.call("run_command", command, { callId: "c1" });
    await started(engine);
    engine.launcher.processes[0]?.print("half of it\n");
    expect(await session.cancelCall("c1", { ...wrongBranch })).toBe("cancelled");
    const late = session.cancelCall("c1", { timeoutMs: 500 });
    await engine.pass(1_900);
    expect(session.callsInFlight()).toEqual([{ callId: "c1", tool: "run_command", cancelled: wrongBranch }]);
    await engine.pass(200);
    const { status, data, text } = await answering;
    expect(status).toBe("cancelled");
    expect<JsonObject>(data).toMatchObject({
      status: "cancelled",
      stopping: true,
      phase: "stopping",
      completed: false,
      cancelled: wrongBranch,
      stdout: "half of it\n",
      output_path: expect.stringContaining("combined") as unknown,
      duration_ms: expect.any(Number) as unknown,
    });
    expect(text).toMatch(
      /^\[stopping h1 · 2\.\ds · .* · cancelled by user: "wrong branch" · its end takes longer than 2 s\]/,
    );
    expect(text).not.toContain("cancel_handle");
    expect(await late).toBe("timeout");
    expect(await results(engine, session)).toEqual([]);
    stop.resolve();
    await engine.pass(5_000);
    expect(await results(engine, session)).toEqual([data["handle_id"]]);
  });

  it("that ends by itself while it is being stopped has been cancelled all the same, and once", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const answering = session.call("run_command", command, { callId: "c1" });
    await started(engine);
    await session.cancelCall("c1", { ...wrongBranch, injectReminder: false });
    await engine.pass(100);
    const { data } = await answering;
    expect<JsonObject>(data).toMatchObject({
      status: "cancelled",
      completed: true,
      cancelled: wrongBranch,
      ended_by: { cause: "cancel", ...wrongBranch },
      process_cleanup: { survivor_count: 0 },
    });
    expect(data).not.toHaveProperty("stopping");
    await engine.pass(100);
    expect(await results(engine, session)).toEqual([]);
  });

  it("is killed when somebody wants its end at once, and not before", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    heldStops(engine);
    const answering = session.call("run_command", command, { callId: "c1" });
    await started(engine);
    const stops: unknown[] = [];
    const [process] = engine.launcher.processes;
    const { tree } = process?.child ?? {};
    if (tree !== undefined) {
      const stop = tree.stop.bind(tree);
      tree.stop = (ladder) => {
        stops.push(ladder);
        return stop(ladder);
      };
    }
    await session.cancelCall("c1", { ...wrongBranch, injectReminder: false });
    await engine.pass(50);
    const { cancel, kill } = session.parts.ladders;
    expect(stops).toEqual([cancel]);
    expect(await session.cancelCall("c1", { force: true })).toBe("already_cancelled");
    await engine.pass(50);
    expect(stops).toEqual([cancel, kill]);
    process?.exit({ code: null, signal: "SIGKILL" });
    await engine.pass(2_100);
    expect((await answering).status).toBe("cancelled");
  });

  it("that had ended by itself has its real result", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const answering = session.call("run_command", command, { callId: "c1" });
    await started(engine);
    engine.launcher.processes[0]?.exit({ code: 3, signal: null });
    void session.cancelCall("c1");
    await engine.pass(100);
    const { status, data } = await answering;
    expect([status, data["exit_code"], data["cancelled"]]).toEqual(["completed", 3, undefined]);
  });

  it("of another call goes on", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const one = session.call("run_command", command, { callId: "c1" });
    const two = session.call("run_command", command, { callId: "c2" });
    await started(engine, 2);
    await session.cancelCall("c1", wrongBranch);
    await engine.pass(100);
    expect((await one).status).toBe("cancelled");
    expect(session.callsInFlight()).toEqual([{ callId: "c2", tool: "run_command", cancelled: null }]);
    engine.launcher.processes[1]?.exit();
    await engine.pass(100);
    expect((await two).data).toMatchObject({ status: "completed", exit_code: 0 });
  });

  it("that an earlier call had started is that call's: only the wait is given up", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const first = session.call("run_command", command, { callId: "c1", requestId: "r" });
    await started(engine);
    const repeat = session.call("run_command", command, { callId: "c2", requestId: "r" });
    await engine.pass(50);
    await session.cancelCall("c2", wrongBranch);
    await engine.pass(50);
    const { data, text } = await repeat;
    expect(data).toMatchObject({ status: "cancelled", wait_cancelled: true, phase: "running", cancelled: wrongBranch });
    expect(text).toMatch(
      /^\[cancelled run_command · \d+ms · by user: "wrong branch" · only the wait, h1 goes on\]\n\[running h1 /,
    );
    engine.launcher.processes[0]?.exit();
    await engine.pass(50);
    expect((await first).data).toMatchObject({ status: "completed" });
  });

  it("is not started while somebody is asked, who never answers", async () => {
    using engine = await fakeEngine({ approve: () => new Promise(() => {}) });
    const session = await engine.openSession();
    const answering = session.call("run_command", command, { callId: "c1" });
    await engine.pass(100);
    await session.cancelCall("c1", { ...wrongBranch, injectReminder: false });
    await engine.pass(20);
    const { data, text } = await answering;
    expect(data).toMatchObject({ status: "cancelled", pid: null, cancelled: wrongBranch });
    // How long the call was in flight: the command has no duration of its own.
    expect(data["duration_ms"]).toBeGreaterThanOrEqual(100);
    expect(text).toMatch(/^\[cancelled h1 · not started · by user: "wrong branch" · no output\]/);
    expect(engine.launcher.processes).toEqual([]);
    const executing = session.hostCall("process", "exec", command, { callId: "x" });
    await engine.pass(100);
    await session.cancelCall("x", { ...wrongBranch, injectReminder: false });
    await engine.pass(20);
    expect((await executing)["duration_ms"]).toBeGreaterThanOrEqual(100);
  });
});

describe("in the background of a cancelled call", () => {
  it.each(["asked for", "moved to"])("what it had started lives on (%s)", async (how) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const background = how === "asked for";
    const answering = session.call("run_command", { ...command, background }, { callId: "c1" });
    if (!background) await started(engine);
    if (!background) await session.moveToBackground("c1");
    await session.cancelCall("c1", wrongBranch);
    await engine.pass(3_000);
    const { status } = await answering;
    if (background) {
      // Cancelled before it could be started: then nothing is.
      expect([status, engine.launcher.processes.length]).toEqual(["cancelled", 0]);
    } else {
      expect(status).toBe("running");
      expect(session.live().map(({ phase }) => phase)).toEqual(["running"]);
    }
  });

  it("a handle that was answered is not the call's any more", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const { status } = await session.call("run_command", { ...command, background: true }, { callId: "c1" });
    expect([status, await session.cancelCall("c1")]).toEqual(["running", "not_found"]);
    expect(session.live().map(({ phase }) => phase)).toEqual(["running"]);
  });
});

describe("a wait that is cancelled", () => {
  it.each([
    ["wait_command", { timeout_ms: 60_000 }],
    ["wait_command_output", { pattern: "ready" }],
  ])("is given up at once, and the command goes on (%s)", async (tool, input) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", { ...command, background: true });
    const waiting = session.call(tool, { handle_id: "h1", ...input }, { callId: "w" });
    await turn();
    await session.cancelCall("w", wrongBranch);
    const { status, data, text } = await waiting;
    expect(status).toBe("cancelled");
    expect<JsonObject>(data).toMatchObject({
      status: "cancelled",
      cancelled: wrongBranch,
      wait_cancelled: true,
      duration_ms: expect.any(Number) as unknown,
    });
    expect(text).toMatch(
      new RegExp(`^\\[cancelled ${tool} · \\d+ms · by user: "wrong branch" · only the wait, h1 goes on\\]\\n`),
    );
    expect(session.live().map(({ phase }) => phase)).toEqual(["running"]);
  });

  it("for the result of a stop: it is stopped all the same", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const stop = heldStops(engine);
    await session.call("run_command", { ...command, background: true });
    const waiting = session.call("cancel_handle", { handle_id: "h1", wait_result_ms: 60_000 }, { callId: "w" });
    await turn();
    await session.cancelCall("w", { ...wrongBranch, injectReminder: false });
    const { data, text } = await waiting;
    expect<JsonObject>(data).toMatchObject({
      status: "cancelled",
      cancelled: wrongBranch,
      wait_cancelled: true,
      stopping: true,
    });
    expect(text).toContain("only the wait, h1 is being stopped");
    stop.resolve();
    await engine.pass(5_000);
    expect(await results(engine, session)).toEqual([data["handle_id"]]);
  });
});
