/** The life of a spawned process, from outside: started, looked at, waited for, ended, let go. */
import { expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { processesOf } from "../../support/host-calls.ts";
import { callTool, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const registryCap = 64;

it("spawn_poll_wait_captures_stdout_and_exit_zero", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const spawned = await processes.host("spawn", { mode: "argv", argv: ["sh", "-c", "printf hello"] });
  expect(spawned).toMatchObject({ handle_id: expect.stringMatching(/^psh-/), status: "running" });
  expect(spawned).toMatchObject({ pid: expect.any(Number), command: "sh -c 'printf hello'" });
  const handleId = String(spawned["handle_id"]);
  const whole = { status: "exited", exit_code: 0, stdout: "hello", timed_out: false, running: false };
  expect(await processes.wait(handleId)).toMatchObject(whole);
  expect(await processes.poll(handleId)).toMatchObject({ status: "exited", running: false, stdout: "hello" });
  await processes.release(handleId);
});

it("poll_shows_running_then_exited", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("sleep 0.4; printf done");
  const running = { status: "running", running: true, exit_code: null, signal: null };
  expect(await processes.poll(handleId)).toMatchObject(running);
  expect(await processes.wait(handleId)).toMatchObject({ status: "exited", stdout: "done" });
});

it("kill_terminates_running_process", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("sleep 30");
  expect(await processes.kill(handleId)).toMatchObject({ success: true, status: "killed", signal: "SIGTERM" });
  expect(await processes.poll(handleId)).toMatchObject({ status: "killed", running: false, exit_code: -1 });
});

it("timeout_ms_auto_kills", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("sleep 30", { timeout_ms: 150 });
  expect(await processes.wait(handleId)).toMatchObject({ status: "timed_out", timed_out: true, exit_code: -1 });
});

it("wait_timeout_leaves_process_running", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("sleep 1; printf later");
  const waited = await processes.wait(handleId, { timeout_ms: 100 });
  expect(waited).toMatchObject({ timed_out: true, running: true, status: "running" });
  expect(await processes.wait(handleId)).toMatchObject({ status: "exited", stdout: "later" });
});

it("unknown_handle_errors_on_every_op", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  for (const operation of ["poll", "wait", "kill"]) {
    await expect(processes.host(operation, { handle_id: "psh-deadbeef-999" })).rejects.toMatchObject({
      kind: "not_found",
      param: "handle_id",
      tool: `process.${operation}`,
    });
  }
  expect(await processes.release("psh-deadbeef-999")).toMatchObject({ released: false });
});

it("release_frees_entry", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("printf x");
  await processes.wait(handleId);
  expect(await processes.release(handleId)).toMatchObject({ released: true });
  await expect(processes.poll(handleId)).rejects.toMatchObject({ kind: "not_found" });
});

it("concurrent_spawns_are_isolated", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const [a, b] = await Promise.all([processes.spawn("printf AAA"), processes.spawn("printf BBB; printf E >&2")]);
  expect(a).not.toBe(b);
  const [first, second] = await Promise.all([processes.wait(a), processes.wait(b)]);
  expect(first).toMatchObject({ stdout: "AAA", stderr: "" });
  expect(second).toMatchObject({ stdout: "BBB", stderr: "E" });
});

it("registry_evicts_oldest_terminal_over_cap", async () => {
  await using host = await testRuntime();
  const processes = processesOf(host.session);
  const handleIds: string[] = [];
  for (let i = 0; i < registryCap + 8; i++) {
    const handleId = await processes.spawn("printf z");
    await processes.wait(handleId);
    handleIds.push(handleId);
  }
  const outputs = await Promise.all(handleIds.map(async (handleId) => (await processes.poll(handleId))["output"]));
  expect(outputs).toEqual(handleIds.map((_, i) => (i < 8 ? "evicted" : "kept")));
  // What was evicted is known to have ended, and how.
  expect(await processes.wait(handleIds[0] ?? "")).toMatchObject({ status: "exited", exit_code: 0, stdout: "" });
  expect(await processes.kill(handleIds[0] ?? "")).toMatchObject({ success: true, status: "exited" });
});

it("the tools know a process by its handle and by the id of its command, while it runs and after", async () => {
  await using host = await testRuntime({ store: "sqlite" });
  const processes = processesOf(host.session);
  const handleId = await processes.spawn("printf hello; sleep 300");
  const read = (input: object) => callTool(host.session, "read_command_output", input);
  await eventually(async () => (await processes.poll(handleId))["stdout"] === "hello");
  const waited = await callTool(host.session, "wait_command", { handle_id: handleId, timeout_ms: 0 });
  const { command_id: commandId } = waited;
  expect(commandId).toMatch(/^cmd_/);
  expect(await read({ command_id: commandId })).toMatchObject({ handle_id: handleId, content: "hello" });
  await processes.kill(handleId);
  expect(await read({ command_id: commandId })).toMatchObject({ handle_id: handleId, content: "hello" });
  // One letter more is another name.
  await expect(read({ command_id: `${commandId}x` })).rejects.toMatchObject({ kind: "not_found", param: "command_id" });
});
