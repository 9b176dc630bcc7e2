/** Every tool in its typical states, really run. */
import type { JsonObject } from "../../../src/base/json.ts";
import type { Bridge } from "../../../src/bridge/index.ts";
import type { Runtime } from "../../../src/runtime.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../eventually.ts";
import type { Recorder } from "./example.ts";

export interface ExampleSite {
  readonly runtime: Runtime;
  /** Which the runtime asks before a command. */
  readonly bridge: Bridge;
  readonly session: Session;
  /** An empty directory. */
  readonly directory: string;
}

export async function toolExamples(recorder: Recorder, site: ExampleSite): Promise<void> {
  const told: Told = (name, state, input, options = {}) =>
    recorder.take(`tools/${name}`, state, input, async () => (await site.session.call(name, input, options)).data);
  await commands(told, site);
  await testsAndBuilds(told);
  await waits(told);
  await talks(told);
  await searches(told, site);
  await told("list_handles", "running", {});
  await told("list_handles", "any", { state: "any" });
  await inbox(told, site);
}

type Told = (
  name: string,
  state: string,
  input: JsonObject,
  options?: { readonly signal?: AbortSignal; readonly callId?: string },
) => Promise<JsonObject>;

async function commands(told: Told, { session }: ExampleSite): Promise<void> {
  await told("run_command", "completed", { command: "echo hello; echo oops >&2; exit 3", label: "a greeting" });
  await told("run_command", "signaled", { argv: ["sh", "-c", "kill -9 $$"] });
  await told("run_command", "timed_out", { command: "echo begun; sleep 60 & wait", timeout_ms: 300 });
  await told("run_command", "output_limit", { command: "yes", max_output_bytes: 10_000 });
  await told("run_command", "running", { command: "sleep 60", background: true });
  await told("run_command", "ready", { command: "echo up; sleep 60", ready: { pattern: "up" } });
  await told("run_command", "not_ready", { command: "sleep 60", ready: { pattern: "never", timeout_ms: 50 } });
  await told("run_command", "ended_unready", { command: "exit 1", ready: { pattern: "never" } });
  await told("run_command", "echoed", {
    command: "true",
    policy_context: { asked_by: "ci" },
    background_after_ms: 60_000,
  });
  await told("run_command", "screen", { command: "printf '\\033[2J\\033[Hdrawn'", pty: { cols: 40, rows: 5 } });
  const blocked = told("run_command", "cancelled", { command: "echo begun; sleep 60" }, { callId: "blocked" });
  await eventually(async () => (await outputOf(session, "echo begun; sleep 60")) !== "");
  await told("cancel_in_flight_tool_call", "cancelled", { call_id: "blocked", reason: "wrong branch" });
  await blocked;
  await told("cancel_in_flight_tool_call", "not_found", { call_id: "blocked" });
  const moved = told("run_command", "moved", { command: "sleep 61" }, { callId: "moved" });
  await eventually(() => session.moveToBackground("moved"));
  await moved;
}

/** What a running command has printed. */
async function outputOf(session: Session, command: string): Promise<string> {
  const { data } = await session.call("list_handles", {});
  const found = (data["handles"] as JsonObject[]).find((handle) => handle["command"] === command);
  if (found === undefined) return "";
  return String((await session.call("read_command_output", { handle_id: found["handle_id"] })).data["content"]);
}

async function testsAndBuilds(told: Told): Promise<void> {
  const tap = ["TAP version 13", "1..3", "ok 1 - adds", "not ok 2 - subtracts", "ok 3 - divides # SKIP"];
  const script = [...tap.map((line) => `echo '${line}'`), "exit 1"].join("; ");
  const { result_handle: results = "" } = await told("run_test", "failures", { argv: ["sh", "-c", script] });
  await told("run_test", "running", { argv: ["sleep", "60"], background: true });
  await told("run_test", "not_understood", { argv: ["true"] });
  await told("inspect_test_results", "failing", { result_handle: results });
  await told("inspect_test_results", "page", { result_handle: results, include_passing: true, limit: 1 });
  const gcc = "echo \"main.c:3:5: error: 'x' undeclared\"; echo 'main.c:9:1: warning: unused variable' >&2; exit 1";
  await told("run_build_command", "diagnostics", { argv: ["sh", "-c", gcc] });
  await told("run_build_command", "running", { argv: ["sleep", "60"], background: true });
}

async function waits(told: Told): Promise<void> {
  const { handle_id: sleeper = "" } = await told("run_command", "silent", { argv: ["sleep", "60"], background: true });
  await told("wait_command", "running", { handle_id: sleeper });
  await told("wait_command", "given_up", { handle_id: sleeper, timeout_ms: 60_000 }, { signal: AbortSignal.abort() });
  await told("wait_command_output", "timed_out", { handle_id: sleeper, pattern: "never", timeout_ms: 0 });
  await told("cancel_handle", "killed", { handle_id: sleeper, wait_result_ms: 20_000, reason: "not needed" });
  await told("cancel_handle", "ended_before", { handle_id: sleeper });
  await told("wait_command", "killed", { handle_id: sleeper });
  const { handle_id: other = "" } = await told("run_command", "other", { argv: ["sleep", "60"], background: true });
  await told("cancel_handle", "stopping", { handle_id: other });
  const { handle_id: printer = "" } = await told("run_command", "printer", {
    command: "echo one; echo two",
    background: true,
  });
  await told("wait_command_output", "matched", { handle_id: printer, pattern: "two" });
  await told("wait_command", "completed", { handle_id: printer, timeout_ms: 20_000 });
  await told("wait_command_output", "exited", { handle_id: printer, pattern: "three" });
  await told("read_command_output", "bytes", { handle_id: printer });
  await told("read_command_output", "lines", { handle_id: printer, from_line: -1 });
  await told("read_command_output", "no_such_lines", { handle_id: printer, from_line: 9 });
}

async function talks(told: Told): Promise<void> {
  const { handle_id: cat = "" } = await told("run_command", "open_stdin", {
    command: "cat",
    stdin: "open",
    background: true,
  });
  await told("write_stdin", "replied", { handle_id: cat, text: "hello\n", wait_ms: 20_000 });
  await told("write_stdin", "signaled", { handle_id: cat, signal: "SIGCONT" });
  await told("write_stdin", "ended", { handle_id: cat, eof: true, wait_ms: 20_000 });
  const { handle_id: shell = "" } = await told("run_command", "terminal", {
    command: "printf '\\033[2J\\033[Hname? '; read -r name; printf '\\033[2J\\033[Hhello'; cat",
    pty: { cols: 40, rows: 5 },
    background_after_ms: 300,
  });
  await told("write_stdin", "screen", { handle_id: shell, text: "ada\n", cols: 60, rows: 10, wait_ms: 5_000 });
  await told("read_command_output", "screen", { handle_id: shell, stream: "screen" });
}

async function searches(told: Told, { directory }: ExampleSite): Promise<void> {
  await told("walk_dir", "completed", { path: directory });
  await told("walk_dir", "running", { path: directory, background: true });
  await told("glob", "completed", { base: directory, pattern: "**/*.txt" });
  await told("glob", "limited", { base: directory, pattern: "**", max_results: 1 });
  await told("glob", "running", { base: directory, pattern: "*", background: true });
}

/** A notice, a progress report, results; then nothing. */
async function inbox(told: Told, { session }: ExampleSite): Promise<void> {
  await told("run_command", "progress", { argv: ["sleep", "60"], background: true, progress_interval_ms: 10 });
  const kinds = async () => new Set((await session.inbox.unread(1_000)).map(({ kind }) => kind));
  await eventually(async () => (await kinds()).has("tool_progress"));
  expectKinds(await kinds());
  await told("drain_inbox", "messages", { max_messages: 1_000 });
  await told("drain_inbox", "empty", {});
}

function expectKinds(kinds: ReadonlySet<string>): void {
  const missing = ["notice", "tool_progress", "tool_result"].filter((kind) => !kinds.has(kind));
  if (missing.length > 0) throw new Error(`not in the inbox: ${missing.join(", ")}`);
}
