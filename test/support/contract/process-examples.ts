/** Every operation of the process capability in its typical states, really run. */
import type { JsonObject } from "../../../src/base/json.ts";
import type { Recorder } from "./example.ts";
import type { ExampleSite } from "./tool-examples.ts";

export async function processExamples(recorder: Recorder, { session }: ExampleSite): Promise<void> {
  const told = (
    operation: string,
    state: string,
    params: JsonObject,
    options: { readonly signal?: AbortSignal } = {},
  ) =>
    recorder.take(`process/${operation}`, state, params, () => session.hostCall("process", operation, params, options));
  await told("exec", "exited", { argv: ["sh", "-c", "echo out; echo err >&2; exit 3"] });
  await told("exec", "timed_out", { command: "sleep 60", timeout_ms: 100 });
  await told("spawn", "never_started", { argv: ["sleep", "60"] }, { signal: AbortSignal.abort() });
  const { handle_id: sleeper = "" } = await told("spawn", "running", { command: "echo begun; exec sleep 60" });
  await told("poll", "running", { handle_id: sleeper });
  await told("wait", "timed_out", { handle_id: sleeper, timeout_ms: 1 });
  await told("wait", "given_up", { handle_id: sleeper }, { signal: AbortSignal.abort() });
  await told("kill", "killed", { handle_id: sleeper, reason: "not needed" });
  await told("poll", "killed", { handle_id: sleeper });
  await told("wait", "killed", { handle_id: sleeper });
  await told("release", "released", { handle_id: sleeper });
  await told("release", "unknown", { handle_id: sleeper });
  const { handle_id: brief = "" } = await told("spawn", "brief", { argv: ["echo", "hi"] });
  await told("wait", "exited", { handle_id: brief });
  await told("poll", "page", { handle_id: brief, stdout_offset: 1 });
  const { id } = await told("get_default_shell", "found", {});
  await told("list_shells", "found", {});
  await told("set_default_shell", "chosen", { shell_id: String(id) });
  await told("shell_invocation", "login", { command: "echo hi", login: true });
}
