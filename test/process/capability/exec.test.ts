/** `exec`: a command whose answer is its end, with the fields of the capability. */
import { expect, it } from "vitest";
import type { ApprovalRequest } from "../../../src/session/approval.ts";
import { processesOf } from "../../support/host-calls.ts";
import { drain, temporaryDirectory, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

it("answers with everything, and nothing lies in the inbox", async () => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const answer = await call("exec", { command: "echo out; sleep 0.05; echo err >&2; exit 3" });
  expect(answer).toMatchObject({
    command_id: expect.stringMatching(/^cmd_/),
    handle_id: null,
    status: "completed",
    pid: expect.any(Number),
    process_group_id: answer["pid"],
    started_at: expect.stringMatching(/^\d{4}-.*Z$/),
    ended_at: expect.stringMatching(/^\d{4}-.*Z$/),
    duration_ms: expect.any(Number),
    exit_code: 3,
    exit_status: 3,
    legacy_status: 3,
    success: false,
    signal: null,
    timed_out: false,
    stdout: "out\n",
    stderr: "err\n",
    combined: "out\nerr\n",
    stdout_utf8_valid: true,
    stderr_utf8_valid: true,
    truncated: false,
    omitted_bytes: 0,
    output: "kept",
  });
  expect(await call("exec", { argv: ["true"] })).toMatchObject({ success: true, exit_code: 0, stdout: "" });
  expect(await drain(host.session)).toEqual([]);
});

it.each([
  ["unreadable", 'rm "$d/stdout.txt"; mkdir "$d/stdout.txt"'],
  ["expired", 'rm -r "$d"'],
])("whose output is %s still says how the command ended, and what is known of its output", async (output, spoil) => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const script = `echo printed; sleep 0.1; for d in '${host.stateDir}'/memory-*/*/; do ${spoil}; done; exit 3`;
  const answer = await call("exec", { command: script });
  expect(answer).toMatchObject({ output, exit_code: 3, success: false, stdout: "printed\n", combined: "" });
  expect(answer).toMatchObject({ stdout_utf8_valid: null, stderr_utf8_valid: null });
  expect(await drain(host.session)).toEqual([]);
});

it("out of time keeps what was printed, and is -1", async () => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const answer = await call("exec", { command: "trap 'exit 0' TERM; echo begun; sleep 300 & wait", timeout: 200 });
  expect(answer).toMatchObject({
    status: "timed_out",
    timed_out: true,
    exit_code: -1,
    success: false,
    stdout: "begun\n",
  });
});

it("env_mode merges by default, and replaces on request", async () => {
  process.env["LONGHAND_TEST_GREETING"] = "hello";
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const script = 'echo "$LONGHAND_TEST_GREETING,$MINE"';
  const stdoutOf = async (params: object) =>
    (await call("exec", { command: script, env: { MINE: "mine" }, ...params }))["stdout"];
  expect(await stdoutOf({})).toBe("hello,mine\n");
  expect(await stdoutOf({ env_mode: "inherit_clean" })).toBe("hello,mine\n");
  expect(await stdoutOf({ env_mode: "replace" })).toBe(",mine\n");
  expect(await stdoutOf({ env_remove: ["LONGHAND_TEST_GREETING"] })).toBe(",mine\n");
  delete process.env["LONGHAND_TEST_GREETING"];
});

it.each([
  [{}, "missing_parameter", "command"],
  [{ mode: "argv" }, "missing_parameter", "argv"],
  [{ argv: [] }, "invalid_parameter", "argv"],
  [{ argv: ["a"], command: "b" }, "invalid_parameter", "command"],
  [{ command: "x", cwd: "/no/such/place" }, "invalid_parameter", "cwd"],
  [{ command: "x", shell_id: "nosuch" }, "invalid_parameter", "shell"],
  [{ command: "x", shell: {} }, "invalid_parameter", "shell"],
  [{ command: "x", env: { A: 1 } }, "invalid_parameter", "env.A"],
  [{ command: "x", timeout_ms: 1.5 }, "invalid_parameter", "timeout_ms"],
  [{ command: "x", background: true }, "invalid_parameter", "background"],
  [{ command: "x", sandbox_profile: "worktree" }, "unsupported", "sandbox_profile"],
  [{ command: "x", sandbox_profile: "" }, "unsupported", "sandbox_profile"],
])("%j is refused by the name of the field", async (params, kind, param) => {
  await using host = await testRuntime();
  for (const operation of ["exec", "spawn"]) {
    const refused = host.session.hostCall("process", operation, params);
    await expect(refused).rejects.toMatchObject({ kind, param, tool: `process.${operation}` });
  }
});

it("runs unconfined for who says so: there is no sandbox yet", async () => {
  await using host = await testRuntime();
  const answer = await processesOf(host.session).host("exec", { command: "echo x", sandbox_profile: "unrestricted" });
  expect(answer).toMatchObject({ stdout: "x\n", sandbox: { kind: "none", enforced: false } });
});

it("is asked about, and so is spawn", async () => {
  const asked: ApprovalRequest[] = [];
  const approve = (request: ApprovalRequest) => {
    asked.push(request);
    if (request.command.includes("rm")) return { decision: "deny", reason: "no" } as const;
    return { decision: "rewrite", input: { command: "echo rewritten" } } as const;
  };
  await using host = await testRuntime({ approve });
  const { host: call, wait, spawn } = processesOf(host.session);
  expect(await call("exec", { command: "echo asked" })).toMatchObject({ stdout: "rewritten\n" });
  expect(await wait(await spawn("echo asked"))).toMatchObject({ stdout: "rewritten\n" });
  await expect(spawn("rm -r x")).rejects.toMatchObject({ kind: "policy_denied", tool: "process.spawn" });
  expect(asked.map(({ tool }) => tool)).toEqual(["process.exec", "process.spawn", "process.spawn"]);
});

it("moved to the background it is a command like any other", async () => {
  await using host = await testRuntime();
  const { session } = host;
  const running = session.hostCall("process", "exec", { command: "sleep 0.3; echo late" }, { callId: "c1" });
  expect(await session.moveToBackground("c1")).toBe(true);
  const answer = await running;
  expect(answer).toMatchObject({ status: "running", handle_id: expect.stringMatching(/^hto-/) });
  const { data } = await session.call("wait_command", { handle_id: answer["handle_id"], timeout_ms: 20_000 });
  expect(data).toMatchObject({ status: "completed", stdout: "late\n" });
});

it("runs where it is told", async () => {
  await using host = await testRuntime();
  const cwd = temporaryDirectory();
  const { host: call } = processesOf(host.session);
  expect(await call("exec", { command: "pwd", cwd })).toMatchObject({ stdout: `${cwd}\n` });
});
