/** How spawned processes end: by themselves, killed with everything they started, out of time, with their session. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { processesOf } from "../../support/host-calls.ts";
import { drain, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

describe("kill", () => {
  it("ends a tree that ignores SIGTERM, and leaves nobody", async () => {
    await using host = await testRuntime();
    const { spawn, poll, kill } = processesOf(host.session);
    const script =
      "trap '' TERM; (trap '' TERM; setsid sleep 300 & echo $!; wait) & sleep 300 & echo $!; wait; wait; wait";
    const handleId = await spawn(script);
    const pids = await eventually(async () => {
      const { stdout } = await poll(handleId);
      const found = String(stdout).trim().split("\n").map(Number);
      return found.length === 2 ? found : null;
    });
    expect(pids.map(isAlive)).toEqual([true, true]);
    expect(await kill(handleId)).toMatchObject({ success: true, status: "killed", exit_code: -1, signal: "SIGKILL" });
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  it("of one that had ended by itself changes nothing", async () => {
    await using host = await testRuntime();
    const { spawn, wait, kill, poll } = processesOf(host.session);
    const handleId = await spawn("exit 3");
    await wait(handleId);
    expect(await kill(handleId)).toMatchObject({ success: true, status: "exited", exit_code: 3 });
    expect(await poll(handleId)).toMatchObject({ status: "exited", exit_code: 3, ended_by: { cause: "exit" } });
  });

  it("many times at once is one kill, and whoever waits hears of it", async () => {
    await using host = await testRuntime();
    const { spawn, wait, host: call } = processesOf(host.session);
    const handleId = await spawn("sleep 300");
    const waits = [wait(handleId), wait(handleId, { timeout_ms: 60_000 })];
    const kills = [1, 2, 3].map((n) => call("kill", { handle_id: handleId, reason: `reason ${n}` }));
    for (const answer of await Promise.all(kills)) expect(answer).toMatchObject({ success: true, status: "killed" });
    for (const answer of await Promise.all(waits)) {
      expect(answer).toMatchObject({ status: "killed", ended_by: { cause: "cancel", reason: "reason 1" } });
    }
  });
});

it("a death by a signal of somebody else is an exit with -1 and the signal", async () => {
  await using host = await testRuntime();
  const { spawn, wait } = processesOf(host.session);
  const ended = await wait(await spawn("kill -USR1 $$"));
  expect(ended).toMatchObject({ status: "exited", exit_code: -1, signal: "SIGUSR1", timed_out: false });
});

it("the first timeout that is given counts, and none is none", async () => {
  await using host = await testRuntime();
  const { spawn, wait } = processesOf(host.session);
  const unlimited = await spawn("sleep 0.3", { timeout: 0, timeout_ms: 50 });
  const limited = await spawn("sleep 300", { timeout: 50, timeout_ms: 300_000 });
  expect(await wait(unlimited, { timeout: -1 })).toMatchObject({ status: "exited", exit_code: 0 });
  expect(await wait(limited)).toMatchObject({ status: "timed_out", timed_out: true, exit_code: -1 });
});

it("a full registry of running ones refuses, and one place is enough to go on", async () => {
  await using host = await testRuntime({ maxProcesses: 4 });
  const { host: call, spawn, kill } = processesOf(host.session);
  const attempts = await Promise.allSettled([1, 2, 3, 4, 5, 6].map(() => spawn("sleep 300")));
  const running = attempts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const refused = attempts.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  expect(running).toHaveLength(4);
  for (const error of refused)
    expect(error).toMatchObject({ kind: "capacity", tool: "process.spawn", retryable: true });
  await kill(running[2] ?? "");
  const next = await spawn("sleep 300");
  for (const handleId of [running[0], running[1], running[3], next]) {
    expect(await call("poll", { handle_id: handleId })).toMatchObject({ running: true });
  }
  expect(await call("poll", { handle_id: running[2] })).toMatchObject({ status: "killed", output: "evicted" });
});

it("a start that fails takes no place and says why", async () => {
  await using host = await testRuntime({ maxProcesses: 1 });
  const { host: call, spawn, poll } = processesOf(host.session);
  const kept = await spawn("true");
  await call("wait", { handle_id: kept });
  for (let i = 0; i < 3; i++) {
    await expect(call("spawn", { argv: ["no-such-program"] })).rejects.toMatchObject({
      kind: "spawn_failed",
      tool: "process.spawn",
    });
  }
  expect(await poll(kept)).toMatchObject({ output: "kept" });
  expect(await drain(host.session)).toEqual([]);
});

it("release of a running one stops its whole tree", async () => {
  await using host = await testRuntime();
  const { host: call, poll, release } = processesOf(host.session);
  const spawned = await call("spawn", { command: "sleep 300 & echo $!; wait" });
  const handleId = String(spawned["handle_id"]);
  const child = await eventually(async () => Number((await poll(handleId))["stdout"]));
  const waiting = call("wait", { handle_id: handleId });
  expect(await release(handleId)).toEqual({ handle_id: handleId, released: true });
  await expect(poll(handleId)).rejects.toMatchObject({ kind: "not_found" });
  expect(await waiting).toMatchObject({ status: "killed", running: false });
  expect([child, Number(spawned["pid"])].map(isAlive)).toEqual([false, false]);
});

it("a wait that is cancelled leaves the process", async () => {
  await using host = await testRuntime();
  const { host: call, spawn, poll } = processesOf(host.session);
  const handleId = await spawn("sleep 300");
  const cancel = new AbortController();
  const waiting = call("wait", { handle_id: handleId }, { signal: cancel.signal });
  cancel.abort();
  expect(await waiting).toMatchObject({ running: true, timed_out: false, wait_cancelled: true });
  expect(await poll(handleId)).toMatchObject({ running: true });
});

describe.each(stores)("with their session (%s)", (store) => {
  it("they end, and their reports are in no inbox, now or for a later reader", async () => {
    await using host = await testRuntime({ store });
    const { runtime, session } = host;
    const { host: call, spawn, wait } = processesOf(session);
    await wait(await spawn("echo ended"));
    await call("exec", { command: "echo ran" });
    const running = await call("spawn", { command: "sleep 300" });
    expect(await drain(session)).toEqual([]);
    await session.leave();
    expect(isAlive(Number(running["pid"]))).toBe(false);
    const again = await runtime.openSession({ id: session.id }).catch(() => null);
    if (again !== null) expect(await drain(again)).toEqual([]);
  });

  it("attached again in the same runtime they are known, also to their end", async () => {
    await using host = await testRuntime({ store });
    const { runtime, session } = host;
    const before = await processesOf(session).spawn("sleep 0.2; echo later");
    const again = await runtime.openSession({ id: session.id });
    const after = processesOf(again);
    expect(await after.poll(before)).toMatchObject({ running: true });
    expect(await after.wait(before)).toMatchObject({ status: "exited", stdout: "later\n" });
    const third = await runtime.openSession({ id: session.id });
    expect(await drain(third)).toEqual([]);
    expect(await processesOf(third).poll(before)).toMatchObject({ status: "exited" });
  });

  it("go to the parent, whose inbox hears of their end", async () => {
    await using host = await testRuntime({ store });
    const { runtime, session } = host;
    const child = await runtime.openSession({ parent: session.id });
    const gate = join(host.stateDir, "gate");
    const spawned = await child.hostCall("process", "spawn", {
      command: `while [ ! -e '${gate}' ]; do sleep 0.05; done; echo done`,
    });
    await child.close();
    expect(isAlive(Number(spawned["pid"]))).toBe(true);
    await session.call("run_command", { argv: ["touch", gate] });
    const [message] = await eventually(async () => {
      const messages = await drain(session);
      return messages.length > 0 ? messages : null;
    });
    expect(message).toMatchObject({ kind: "tool_result", body: { handle_id: spawned["handle_id"], stdout: "done\n" } });
  });
});

it("another session knows nothing of them", async () => {
  await using host = await testRuntime();
  const stranger = processesOf(await host.runtime.openSession());
  const { spawn, poll } = processesOf(host.session);
  const handleId = await spawn("sleep 300");
  for (const operation of ["poll", "wait", "kill"]) {
    await expect(stranger.host(operation, { handle_id: handleId })).rejects.toMatchObject({ kind: "not_found" });
  }
  expect(await stranger.release(handleId)).toMatchObject({ released: false });
  expect(await poll(handleId)).toMatchObject({ running: true });
});
