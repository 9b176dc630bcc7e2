import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { drainResults, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("in the foreground", () => {
  it("answers with the result; nothing is left for the inbox", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, {
      command: "printf out; printf err >&2; exit 3",
      cwd: tmpdir(),
      label: "three",
    });
    expect<unknown>(data).toMatchObject({
      status: "completed",
      completed: true,
      exit_code: 3,
      signal: null,
      stdout: "out",
      stderr: "err",
      byte_count: 6,
      cwd: realpathSync(tmpdir()),
      label: "three",
      alias: "h1",
      artifacts: "kept",
      timed_out: false,
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("a failing command is a result, a program that is not there is an error", async () => {
    await using at = await testRuntime();
    expect(await run(at.session, "exit 127")).toMatchObject({ status: "completed", exit_code: 127 });
    const starting = run(at.session, { argv: ["no-such-program-anywhere"] });
    await expect(starting).rejects.toMatchObject({
      kind: "spawn_failed",
      tool: "run_command",
      details: { errno: "ENOENT" },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("says the signal that really ended it", async () => {
    await using at = await testRuntime();
    expect(await run(at.session, "kill -USR1 $$")).toMatchObject({
      status: "completed",
      exit_code: -1,
      signal: "SIGUSR1",
    });
  });

  it("the caller's signal cancels the call, and the command with it", async () => {
    await using at = await testRuntime();
    const abort = new AbortController();
    const { signal } = abort;
    const running = run(at.session, "echo started; sleep 60", {
      signal,
      onOutput: () => abort.abort("changed my mind"),
    });
    const data = await running;
    expect<unknown>(data).toMatchObject({
      status: "cancelled",
      outcome: "cancelled",
      ended_by: { cause: "cancel", by: "caller", reason: "changed my mind" },
      cancelled: { by: "caller", reason: "changed my mind" },
      process_cleanup: { survivor_count: 0 },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("another call cancels it by its call id", async () => {
    await using at = await testRuntime();
    const running = run(at.session, "sleep 60", { callId: "c1" });
    await eventually(() => at.session.live().some(({ phase }) => phase === "running"));
    expect(await at.session.cancelCall("c1", { by: "user", reason: "stop" })).toBe("cancelled");
    expect(await at.session.cancelCall("c1")).toBe("already_cancelled");
    expect<unknown>(await running).toMatchObject({ status: "cancelled", ended_by: { by: "user", reason: "stop" } });
    expect(await at.session.cancelCall("c1")).toBe("not_found");
  });
});

describe("in the background", () => {
  it("answers at once with a handle and planned paths; the result comes to the inbox, once", async () => {
    await using at = await testRuntime();
    const { session } = at;
    const data = await run(session, { command: "cat", stdin: "typed", background: true }, { callId: "c9" });
    expect(data).toMatchObject({ status: "running", completed: false, alias: "h1", call_id: "c9", exit_code: null });
    expect(data["output_path"]).toMatch(/hto-\w+\/combined\.txt$/);
    await eventually(() => session.live().length === 0);
    const [result, ...more] = await drainResults(session);
    expect(more).toEqual([]);
    expect(result).toMatchObject({ handle_id: data["handle_id"], call_id: "c9", stdout: "typed", exit_code: 0 });
    expect(await drainResults(session)).toEqual([]);
  });

  it("a timeout counts there too", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: "echo begun; sleep 60", background: true, timeout_ms: 200 });
    await eventually(() => at.session.live().length === 0);
    const [result] = await drainResults(at.session);
    expect<unknown>(result).toMatchObject({
      status: "timed_out",
      timed_out: true,
      signal: "SIGTERM",
      stdout: "begun\n",
      ended_by: { cause: "timeout", reason: "timeout_ms 200" },
    });
  });

  it("after a while: what ends before is answered as in the foreground", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, { command: "echo quick", background_after_ms: 10_000 });
    expect(data).toMatchObject({ status: "completed", feedback_kind: "tool_result", stdout: "quick\n" });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("after a while: what takes longer goes on, with its output so far", async () => {
    await using at = await testRuntime();
    const command = "echo early; sleep 0.6; echo late";
    const data = await run(at.session, { command, background_after_ms: 300, progress_interval_ms: 20 });
    expect(data).toMatchObject({
      status: "running",
      feedback_kind: "tool_progress",
      stdout: "early\n",
      output_offset: 6,
    });
    // Progress does not shorten the wait.
    expect(data["duration_ms"]).toBeGreaterThanOrEqual(300);
    await eventually(() => at.session.live().length === 0);
    expect(await drainResults(at.session)).toMatchObject([{ stdout: "early\nlate\n", exit_code: 0 }]);
  });

  it("a program that is not there is an error there too, and nothing in the inbox", async () => {
    await using at = await testRuntime();
    const starting = run(at.session, { argv: ["no-such-program-anywhere"], background: true });
    await expect(starting).rejects.toMatchObject({ kind: "spawn_failed" });
    expect(await drainResults(at.session)).toEqual([]);
  });
});

describe("moved to the background", () => {
  it("a blocked call returns its running answer, and the command goes on", async () => {
    await using at = await testRuntime();
    const running = run(at.session, "read line; echo got it", { callId: "c1" });
    await eventually(() => at.session.live().some(({ phase }) => phase === "running"));
    void running;
    const slow = run(at.session, "sleep 0.4; echo done", { callId: "c2" });
    await eventually(() =>
      at.session.live().some(({ request, phase }) => request.callId === "c2" && phase === "running"),
    );
    expect(await at.session.moveToBackground("c2")).toBe(true);
    expect(await slow).toMatchObject({ status: "running" });
    expect(await at.session.moveToBackground("c2")).toBe(false);
    await running;
    await eventually(() => at.session.live().length === 0);
    expect(await drainResults(at.session)).toMatchObject([{ call_id: "c2", stdout: "done\n" }]);
  });
});

describe("live output", () => {
  it("comes from the first byte to the last, also after the call was answered", async () => {
    await using at = await testRuntime();
    const seen: string[] = [];
    const onOutput = ({ text, offset, skipped }: { text: string; offset: number; skipped: number }): void => {
      expect(skipped).toBe(0);
      expect(offset).toBe(seen.join("").length);
      seen.push(text);
    };
    await run(at.session, { command: "echo one; sleep 0.3; echo two", background: true }, { onOutput });
    await eventually(() => at.session.live().length === 0);
    expect(seen.join("")).toBe("one\ntwo\n");
    expect(seen.length).toBeGreaterThan(1);
  });
});

describe("an output limit", () => {
  it("ends the command, keeps what fits, and says what was dropped", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, { argv: ["yes"], max_output_bytes: 10_000 });
    expect<unknown>(data).toMatchObject({
      status: "killed",
      outcome: "output_limit",
      byte_count: 10_000,
      ended_by: { cause: "output_limit" },
    });
    expect(data["dropped_bytes"]).toBeGreaterThan(0);
  });
});
