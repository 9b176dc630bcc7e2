/** The promises of the library, one test each, on every store. (3 and 4 have files of their own.) */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { callTool, drain, drainResults, run, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const sha = (bytes: string | Buffer) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

describe.each(stores)("on the %s store", (store) => {
  it("promise 1: one terminal message per handle: an answer that was lost is in the inbox again, under the same id", async () => {
    await using at = await testRuntime({ store });
    const answer = await at.session.dispatch("run_command", { command: "echo once" });
    expect(await at.session.inbox.claim()).toBeNull();
    await answer.lost();
    const first = await at.session.inbox.claim();
    expect(first?.messages).toMatchObject([{ kind: "tool_result", redelivered: true }]);
    await first?.release();
    const second = await at.session.inbox.claim();
    expect(second?.messages[0]?.messageId).toBe(first?.messages[0]?.messageId);
    await second?.ack();
    expect(await drain(at.session)).toEqual([]);
    expect(await callTool(at.session, "wait_command", { handle_id: "h1" })).toMatchObject({ stdout: "once\n" });
  });

  it("promise 2: a result is final: counts and hash are of the whole output, which is closed by then", async () => {
    await using at = await testRuntime({ store });
    const data = await run(at.session, { command: "seq 1 200000", progress_interval_ms: 1 });
    const file = readFileSync(String(data["output_path"]));
    expect(data).toMatchObject({
      byte_count: file.length,
      line_count: 200_000,
      output_sha256: sha(file),
      truncated: true,
    });
    expect(await drain(at.session)).toEqual([]);
  });

  it("promise 6: first cause wins: a cancel, a timeout and an exit that race end as one of them, for everybody", async () => {
    await using at = await testRuntime({ store });
    for (let round = 0; round < 10; round++) {
      const input = { command: "sleep 0.1", background: true, timeout_ms: 95 + round };
      const { handle_id: id } = await run(at.session, input);
      await new Promise((resolve) => setTimeout(resolve, 85 + round));
      const cancel = await callTool(at.session, "cancel_handle", { handle_id: id, wait_result_ms: 5_000 });
      const ended = (cancel["result"] as { ended_by: { cause: string } }).ended_by;
      expect(cancel["cancelled"]).toBe(ended.cause === "cancel");
      const again = await callTool(at.session, "cancel_handle", { handle_id: id, wait_result_ms: 5_000 });
      expect<unknown>(again).toMatchObject({ cancelled: false, result: { ended_by: ended } });
    }
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("promise 7: a failing command is a result; errors mean that we could not do the job", async () => {
    await using at = await testRuntime({ store });
    for (const command of ["exit 1", "kill -SEGV $$", "no-such-program", "syntax ( error"]) {
      expect(await run(at.session, command)).toMatchObject({ status: "completed", completed: true });
    }
    for (const [input, kind] of [
      [{ argv: ["no-such-program"] }, "spawn_failed"],
      [{ command: "true", cwd: "/no/such/directory" }, "invalid_parameter"],
      [{ argv: [import.meta.filename] }, "spawn_failed"],
      [{}, "missing_parameter"],
    ] as const) {
      await expect(run(at.session, input)).rejects.toMatchObject({ kind, tool: "run_command" });
    }
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("promise 8 and 9: nobody reaches another session's handle; a wait that is given up kills nothing", async () => {
    await using at = await testRuntime({ store });
    await run(at.session, { command: "sleep 60", background: true });
    const waiting = at.session.call("wait_command", { handle_id: "h1", timeout_ms: 60_000 }, { callId: "w" });
    await eventually(async () => (await at.session.cancelCall("w")) === "cancelled");
    expect(await waiting).toMatchObject({
      status: "cancelled",
      data: { status: "cancelled", wait_cancelled: true, cancelled: { by: "user" }, phase: "running" },
    });
    expect(at.session.live().map(({ phase }) => phase)).toEqual(["running"]);
  });

  it("200 handles at once: every one has its own output, hash and one result", { timeout: 60_000 }, async () => {
    await using at = await testRuntime({ store });
    const count = 200;
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        run(at.session, { command: `seq ${n} ${n + 500}`, background: true, label: `${n}` }),
      ),
    );
    await eventually(() => at.session.live().length === 0, { timeoutMs: 50_000 });
    const results = await drainResults(at.session);
    expect(new Set(results.map(({ handle_id: id }) => id)).size).toBe(count);
    for (const { label, output_sha256: hash, exit_code: code } of results) {
      const lines = Array.from({ length: 501 }, (_, line) => `${Number(label) + line}\n`);
      expect([code, hash]).toEqual([0, sha(lines.join(""))]);
    }
  });
});

it("promise 5: flat memory: 300 MB of output cost no more than a few of it", { timeout: 60_000 }, async () => {
  await using at = await testRuntime();
  await run(at.session, "head -c 1000000 /dev/zero");
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  const data = await run(at.session, "head -c 300000000 /dev/zero");
  clearInterval(watch);
  expect(data["byte_count"]).toBe(300_000_000);
  expect(most - before).toBeLessThan(60_000_000);
});
