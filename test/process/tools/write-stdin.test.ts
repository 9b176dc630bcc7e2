/** Conversations with running commands, over pipes and in terminals. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { agentTools } from "../../../src/tools/agent-tools.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const open = (session: Session, command: string) => run(session, { command, stdin: "open", background: true });
const inTerminal = (session: Session, command: string, more = {}) =>
  run(session, { command, pty: {}, background: true, ...more });
const write = (session: Session, input: object) => callTool(session, "write_stdin", { handle_id: "h1", ...input });
const talk = (session: Session, text: string) => write(session, { text, wait_ms: 20_000 });
const printed = (session: Session, what: string) =>
  eventually(
    async () => String((await callTool(session, "wait_command", { handle_id: "h1" }))["stdout"]).includes(what),
    {
      timeoutMs: 20_000,
      what,
    },
  );

describe("over a pipe", () => {
  it("a shell answers, and ends at the end of its input: that answer has the result", async () => {
    await using at = await testRuntime();
    await open(at.session, "bash --norc");
    expect(await talk(at.session, "echo $((6*7))\n")).toMatchObject({
      status: "running",
      written: 14,
      accepted: true,
      pending_bytes: 0,
      output: "42\n",
      output_offset: 0,
      next_offset: 3,
      omitted_bytes: 0,
    });
    expect(await talk(at.session, "cd /; pwd; false\n")).toMatchObject({ output: "/\n", output_offset: 3 });
    const end = await write(at.session, { text: "exit 3\n", eof: true, wait_ms: 20_000 });
    expect(end).toMatchObject({ status: "completed", exit_code: 3, stdout: "42\n/\n", eof: true, accepted: true });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("bytes are bytes, and calls at once do not mix", async () => {
    await using at = await testRuntime();
    await open(at.session, "cat");
    const texts = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(97 + index).repeat(5_000)}\n`);
    await Promise.all(texts.map((text) => write(at.session, { text })));
    const base64 = Buffer.from([0xff, 0x00, 0x0a]).toString("base64");
    const { stdout_byte_count: bytes, output_path: path } = await write(at.session, {
      base64,
      eof: true,
      wait_ms: 20_000,
    });
    expect(bytes).toBe(20 * 5_001 + 3);
    expect(
      readFileSync(String(path)).equals(Buffer.concat([Buffer.from(texts.join("")), Buffer.from([0xff, 0, 0x0a])])),
    ).toBe(true);
  });

  it("a command that does not read holds nobody up, and has a bound", async () => {
    await using at = await testRuntime();
    await open(at.session, "sleep 60");
    const first = await write(at.session, { text: "x".repeat(900_000) });
    expect(first).toMatchObject({ status: "running", accepted: false });
    expect(Number(first["pending_bytes"])).toBeGreaterThan(700_000);
    expect(Number(first["written"]) + Number(first["pending_bytes"])).toBe(900_000);
    await expect(write(at.session, { text: "x".repeat(900_000) })).rejects.toMatchObject({ kind: "capacity" });
    await callTool(at.session, "cancel_handle", { handle_id: "h1", wait_result_ms: 5_000 });
  });

  it("cancelling the call gives up the wait alone", async () => {
    await using at = await testRuntime();
    const gate = join(at.stateDir, "gate");
    await open(at.session, `read line; until [ -e ${gate} ]; do sleep 0.05; done; echo got $line; sleep 60`);
    const cancel = new AbortController();
    const call = at.session.call(
      "write_stdin",
      { handle_id: "h1", text: "it\n", wait_ms: 60_000 },
      { signal: cancel.signal },
    );
    // It has taken its line and works: the call is waiting for the reply.
    await eventually(async () => {
      const { activity } = await callTool(at.session, "wait_command", { handle_id: "h1" });
      return ["busy", "idle"].includes(String((activity as JsonObject)["state"]));
    });
    cancel.abort();
    expect(await call).toMatchObject({ status: "cancelled", data: { wait_cancelled: true, phase: "running" } });
    writeFileSync(gate, "");
    await printed(at.session, "got it");
  });

  it("signals reach every process of a command, open stdin or not", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: "trap 'echo caught' USR1; sleep 60 & echo ready; wait; wait", background: true });
    await printed(at.session, "ready");
    const { signaled } = await write(at.session, { signal: "SIGUSR1" });
    expect((signaled as number[]).length).toBe(2);
    await printed(at.session, "caught");
  });

  it.each<[string, object, object, string, string]>([
    ["no open stdin", { command: "sleep 60" }, { text: "x" }, "invalid_parameter", "handle_id"],
    ["no terminal", { command: "sleep 60", stdin: "open" }, { cols: 1, rows: 1 }, "invalid_parameter", "cols"],
    ["no terminal for Ctrl-Z", { command: "sleep 60" }, { signal: "SIGTSTP" }, "invalid_parameter", "signal"],
    ["an unknown handle", { command: "sleep 60" }, { handle_id: "h9", text: "x" }, "not_found", "handle_id"],
  ])("%s is an error that says so", async (_, command, input, kind, param) => {
    await using at = await testRuntime();
    await run(at.session, { ...command, background: true });
    await expect(write(at.session, input)).rejects.toMatchObject({ kind, param });
  });

  it("after the end of its input, and after its own, nothing can be said; an end twice is one", async () => {
    await using at = await testRuntime();
    await open(at.session, "cat; read -t 1 x; sleep 60");
    await write(at.session, { eof: true });
    expect(await write(at.session, { eof: true })).toMatchObject({ eof: true, accepted: true });
    await expect(write(at.session, { text: "x" })).rejects.toMatchObject({ kind: "conflict" });
    await callTool(at.session, "cancel_handle", { handle_id: "h1", wait_result_ms: 5_000 });
    await expect(write(at.session, { text: "x" })).rejects.toMatchObject({
      kind: "conflict",
      details: { status: "killed" },
    });
  });
});

describe("in a terminal", () => {
  it("Ctrl-C ends what a shell runs and not the shell; Ctrl-D ends the shell", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "bash --norc --noediting -i");
    expect(await talk(at.session, "tty && stty size\n")).toMatchObject({
      output: expect.stringMatching(/pts.*\n40 120/),
    });
    await write(at.session, { text: "sleep 1000\n" });
    const sleeper: number = await eventually(async () => {
      const { data } = await at.session.call("write_stdin", { handle_id: "h1", signal: "SIGWINCH" });
      const [shell, other] = data["signaled"] as number[];
      return shell === undefined ? undefined : other;
    });
    const { signaled } = await write(at.session, { signal: "SIGINT", wait_ms: 20_000 });
    expect(signaled).toEqual([sleeper]);
    await eventually(() => !isAlive(sleeper));
    expect(await talk(at.session, "echo still $((40+2))\n")).toMatchObject({
      output: expect.stringContaining("still 42"),
    });
    const end = await write(at.session, { eof: true, wait_ms: 20_000 });
    expect(end).toMatchObject({ status: "completed", merged_stderr: true, stderr: "" });
    // Nothing was drawn: its lines are in the output, and its screen is there for who asks.
    expect(end).not.toHaveProperty("screen");
    const seen = await callTool(at.session, "read_command_output", { handle_id: "h1", stream: "screen" });
    expect(seen).toMatchObject({ content: expect.stringContaining("still 42"), truncated: false, eof: true });
  });

  it("Ctrl-Z stops what a shell runs, and says so; where nobody stops it says that", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "bash --norc --noediting -i");
    await write(at.session, { text: "sleep 1000\n" });
    // Until it runs, the shell is in the foreground, which does not mind.
    const stopped = await eventually(async () => {
      const answer = await at.session.call("write_stdin", { handle_id: "h1", signal: "SIGTSTP" });
      return answer.data["stopped"] === true ? answer : undefined;
    });
    expect(stopped.text).toContain("[1 process signaled, stopped: SIGCONT lets it go on]");
    await inTerminal(at.session, "echo there; exec sleep 1000");
    // Before it has its terminal, nobody is in the foreground of that.
    await eventually(async () =>
      String((await callTool(at.session, "wait_command", { handle_id: "h2" }))["stdout"]).includes("there"),
    );
    const ignored = await at.session.call("write_stdin", { handle_id: "h2", signal: "SIGTSTP" });
    expect(ignored.data).toMatchObject({ stopped: false });
    expect(ignored.text).toContain("and nobody stopped");
  });

  it("resizes", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "bash --norc --noediting -i", { pty: { cols: 80, rows: 24 } });
    expect(await talk(at.session, "stty size\n")).toMatchObject({ output: expect.stringContaining("24 80") });
    expect(await write(at.session, { cols: 50, rows: 10, text: "stty size\n", wait_ms: 20_000 })).toMatchObject({
      resized: true,
      output: expect.stringContaining("10 50"),
    });
  });

  it("python talks", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "PYTHON_BASIC_REPL=1 exec python3 -q");
    await printed(at.session, ">>>");
    expect(await talk(at.session, "6 * 7\n")).toMatchObject({ output: expect.stringContaining("42") });
    expect(await write(at.session, { text: "exit(5)\n", wait_ms: 20_000 })).toMatchObject({ exit_code: 5 });
  });

  it("a pager shows its screen, in the answers and when it is read", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "seq 1 500 | LESS= less", { pty: { cols: 40, rows: 6 } });
    const screen = () => callTool(at.session, "read_command_output", { handle_id: "h1", stream: "screen" });
    await eventually(async () => String((await screen())["content"]).startsWith("1\n2\n3\n4\n5"), {
      timeoutMs: 20_000,
    });
    const { data, text } = await at.session.call("write_stdin", { handle_id: "h1", text: "G", wait_ms: 20_000 });
    expect(String(data["screen"])).toMatch(/^496\n497\n498\n499\n500/);
    expect(text).toMatch(/```screen \w+\n496\n/);
    expect(await write(at.session, { text: "q", wait_ms: 20_000 })).toMatchObject({ status: "completed" });
    expect(await screen()).toMatchObject({ stream: "screen", eof: true });
  });

  it("a password is not shown, and whoever asks is waited for", async () => {
    await using at = await testRuntime();
    const started = await inTerminal(at.session, "read -s -p 'Password: ' x; echo; printf '%s' $x | wc -c", {
      background: undefined,
      background_after_ms: 500,
    });
    expect(started).toMatchObject({ status: "running" });
    const { stdout, exit_code: code } = await talk(at.session, "secret\n");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Password: \n6$/m);
    expect(stdout).not.toContain("secret");
  });

  it("a cancel ends the whole tree, a setsid child included", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "setsid sleep 1000 & trap '' HUP; sleep 1000; true");
    await eventually(async () => {
      const { signaled } = await write(at.session, { signal: "SIGWINCH" });
      return (signaled as number[]).length === 3;
    });
    const { result } = await callTool(at.session, "cancel_handle", { handle_id: "h1", wait_result_ms: 10_000 });
    expect(result).toMatchObject({ status: "killed", process_cleanup: { survivor_count: 0 } });
    expect(Number(((result as JsonObject)["process_cleanup"] as JsonObject)["found_count"])).toBeGreaterThanOrEqual(3);
  });

  it("what is left in it after the end of the leader is stopped, and does not hold up the result", async () => {
    await using at = await testRuntime();
    await inTerminal(at.session, "(trap '' HUP; exec sleep 1000) & sleep 0.2; echo bye");
    const end = await callTool(at.session, "wait_command", { handle_id: "h1", timeout_ms: 20_000 });
    expect(end).toMatchObject({ status: "completed", exit_code: 0, stdout: "bye\n", output_incomplete: false });
  });

  it("does not go with capture by file", async () => {
    await using at = await testRuntime();
    await expect(inTerminal(at.session, "true", { capture: { transport: "file" } })).rejects.toMatchObject({
      kind: "invalid_parameter",
      param: "capture.transport",
    });
  });
});

it("an agent talks with few words", async () => {
  await using at = await testRuntime();
  const tools = new Map(agentTools(at.session).map((tool) => [tool.name, tool]));
  const use = (name: string, input: object) => tools.get(name)?.execute(input);
  const started = await use("run_command", { command: "read -p 'Name? ' name; echo Hello $name", pty: {} });
  expect(started).toMatchObject({ isError: false, text: expect.stringContaining("Name?") });
  const end = await use("write_stdin", { handle_id: "h1", text: "you\n" });
  expect(end).toMatchObject({ isError: false, text: expect.stringContaining("Hello you") });
});
