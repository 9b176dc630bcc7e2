/** What the cancel of one call does to real processes: each kind of call, and nothing beside it. */
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { drain, drainResults, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const wrongBranch = { by: "user", reason: "wrong branch" };

/** The pids that the commands of the session have printed, a line each, once there are so many. */
function printed(session: Session, count: number): Promise<number[]> {
  return eventually(() => {
    const text = session.live().map(({ recorder }) => recorder?.preview("stdout").text ?? "");
    const pids = text.join("").trim().split("\n").filter(Boolean).map(Number);
    return pids.length >= count ? pids : null;
  });
}

describe("a command in front", () => {
  it("is stopped with its whole tree, whatever that does with SIGTERM, and the answer has the receipt", async () => {
    await using at = await testRuntime();
    // Deaf to SIGTERM, and in a session of its own.
    const script =
      "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$; sleep 300; sleep 300' & echo $$; sleep 300; wait";
    const answering = at.session.call("run_command", { command: script }, { callId: "c1" });
    const pids = await printed(at.session, 2);
    expect(pids.map(isAlive)).toEqual([true, true]);
    expect(await at.session.cancelCall("c1", { ...wrongBranch, timeoutMs: 30_000 })).toBe("cancelled");
    const { status, data, text } = await answering;
    expect(status).toBe("cancelled");
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect<JsonObject>(data).toMatchObject({
      status: "cancelled",
      cancelled: wrongBranch,
      signal: "SIGKILL",
      ended_by: { cause: "cancel", ...wrongBranch },
      process_cleanup: { survivor_count: 0, complete: true },
      stdout: expect.stringContaining(String(pids[0])) as unknown,
      stdout_path: expect.any(String) as unknown,
      duration_ms: expect.any(Number) as unknown,
    });
    expect(text).toMatch(/^\[cancelled h1 · \S+ · by user: "wrong branch" · 2 lines · \d stopped, 0 left\]/);
    // The session goes on, and what it is told is that the call was cancelled, not the result once more.
    expect(await run(at.session, "echo next")).toMatchObject({ stdout: "next\n" });
    expect((await drain(at.session)).map(({ kind, call_id: callId }) => [kind, callId])).toEqual([["notice", "c1"]]);
  });

  it("of two calls is cancelled alone: the other completes", async () => {
    await using at = await testRuntime();
    const one = run(at.session, "echo $$; sleep 300", { callId: "c1" });
    const two = run(at.session, { command: "echo $$; read line; echo got $line", stdin: "open" }, { callId: "c2" });
    await printed(at.session, 2);
    expect(
      await at.session.call("cancel_in_flight_tool_call", { call_id: "c1", reason: "wrong branch" }),
    ).toMatchObject({
      status: "cancelled",
      data: { tool: "run_command" },
    });
    expect(await one).toMatchObject({ status: "cancelled", cancelled: { by: "agent", reason: "wrong branch" } });
    const [left] = at.session.live();
    await at.session.call("write_stdin", { handle_id: left?.id, text: "this\n" });
    expect(await two).toMatchObject({
      status: "completed",
      exit_code: 0,
      stdout: expect.stringContaining("got this") as unknown,
    });
  });

  it("cancelled by several at once: the first reason counts, for everybody", async () => {
    await using at = await testRuntime();
    const answering = run(at.session, "echo $$; sleep 300", { callId: "c1" });
    await printed(at.session, 1);
    const cancels = ["first", "second", "third"].map((reason) =>
      at.session.cancelCall("c1", { reason, timeoutMs: 30_000 }),
    );
    expect(await Promise.all(cancels)).toEqual(["cancelled", "already_cancelled", "already_cancelled"]);
    expect(await answering).toMatchObject({
      cancelled: { by: "user", reason: "first" },
      ended_by: { reason: "first" },
    });
    expect((await drain(at.session)).map(({ body }) => (body as JsonObject)["reason"])).toEqual(["first"]);
    expect(await at.session.cancelCall("c1")).toBe("not_found");
  });

  it.each([
    ["run_test", { argv: ["sh", "-c", "echo $$; sleep 300"] }],
    ["run_build_command", { argv: ["sh", "-c", "echo $$; sleep 300"] }],
  ])("of %s is stopped the same", async (tool, input) => {
    await using at = await testRuntime();
    const answering = at.session.call(tool, input, { callId: "c1" });
    const [pid = 0] = await printed(at.session, 1);
    await at.session.cancelCall("c1", wrongBranch);
    const { status, data } = await answering;
    expect([status, data["cancelled"], isAlive(pid)]).toEqual(["cancelled", wrongBranch, false]);
    expect(await drainResults(at.session)).toEqual([]);
  });
});

describe("what runs in the background", () => {
  it.each(["asked for", "moved there"])("lives on when a call that waits for it is cancelled (%s)", async (how) => {
    await using at = await testRuntime();
    const background = how === "asked for";
    const starting = run(at.session, { command: "echo $$; sleep 300", background }, { callId: "c1" });
    const [pid = 0] = await printed(at.session, 1);
    if (!background) await at.session.moveToBackground("c1");
    expect(await starting).toMatchObject({ status: "running" });
    const waiting = at.session.call("wait_command", { handle_id: "h1", timeout_ms: 600_000 }, { callId: "w" });
    await eventually(() => at.session.callsInFlight().some(({ callId }) => callId === "w"));
    await at.session.cancelCall("w", wrongBranch);
    const { status, data, text } = await waiting;
    expect(status).toBe("cancelled");
    expect<JsonObject>(data).toMatchObject({
      cancelled: wrongBranch,
      wait_cancelled: true,
      phase: "running",
      stdout: `${pid}\n`,
    });
    expect(text).toMatch(
      /^\[cancelled wait_command · \S+ · by user: "wrong branch" · only the wait, h1 goes on\]\n\[running h1 /,
    );
    expect(isAlive(pid)).toBe(true);
  });
});

it("an operation in front says what it had found", async () => {
  await using at = await testRuntime();
  const calling = at.session.call("walk_dir", { path: "/" }, { callId: "c1" });
  await eventually(() => at.session.live().some(({ recorder }) => (recorder?.bytes("combined") ?? 0) > 0));
  await at.session.cancelCall("c1", wrongBranch);
  const { status, data, text } = await calling;
  expect(status).toBe("cancelled");
  expect<JsonObject>(data).toMatchObject({
    cancelled: wrongBranch,
    result: { complete: false },
    output_path: expect.any(String) as unknown,
  });
  expect(Number((data["result"] as JsonObject)["count"])).toBeGreaterThan(0);
  expect(text).toMatch(/^\[cancelled h1 · \S+ · by user: "wrong branch"/);
});

it("a host call that executes is stopped the same", async () => {
  await using at = await testRuntime();
  const executing = at.session.hostCall("process", "exec", { command: "echo $$; sleep 300" }, { callId: "x" });
  const [pid = 0] = await printed(at.session, 1);
  await at.session.cancelCall("x", wrongBranch);
  expect<JsonObject>(await executing).toMatchObject({
    status: "cancelled",
    cancelled: wrongBranch,
    success: false,
    stdout: `${pid}\n`,
    process_cleanup: { survivor_count: 0 },
  });
  expect(isAlive(pid)).toBe(false);
  expect(await drainResults(at.session)).toEqual([]);
});
