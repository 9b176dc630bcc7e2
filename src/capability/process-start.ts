/** `exec` and `spawn`: a command whose answer is its end, and one whose answer is its handle. */
import { timestamp } from "../base/clock.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import { deliver } from "../tools/deliver.ts";
import { settle } from "../tools/settle-command.ts";
import { type Started, startCommand } from "../tools/start-command.ts";
import { runningUnwindMs } from "../tools/stop-with-call.ts";
import type { ToolContext } from "../tools/tool.ts";
import { defineOperation, type OperationContext } from "./operation.ts";
import { commandInput, startParams } from "./process-input.ts";
import { letGoOf } from "./process-look.ts";
import { wholeText } from "./process-output.ts";
import { endedToWire } from "./process-receipt.ts";

export const exec = defineOperation({
  name: "exec",
  params: startParams,
  unwindMs: runningUnwindMs,
  run: async (params, context) => {
    const { session, processes } = context;
    const asTool = toolContext(context);
    const started = startedOnce(await startCommand(commandInput(params, context.call.tool), asTool));
    const settled = await settle(started, asTool);
    const { data, claimId } = settled;
    // Moved to the background, or still being stopped: a command like any other, and its result goes to the inbox.
    if (data["completed"] !== true) return data;
    const { handle } = started;
    // Only an answer that arrives delivers the report.
    context.settles({
      arrived: () => (claimId === undefined ? undefined : processes.deliveries.expect(handle, claimId, session)),
      lost: () => void deliver(settled, session).lost(),
    });
    return { ...data, ...exitOf(data), ...(await outputOf(handle.directory)), handle_id: null };
  },
});

export const spawn = defineOperation({
  name: "spawn",
  params: startParams,
  unwindMs: runningUnwindMs,
  run: async (params, context) => {
    const { session, processes, call } = context;
    const input = commandInput(params, call.tool);
    const handleId = newId("process");
    const start = async () => startedOnce(await startCommand(input, toolContext(context), { handleId }));
    const { handle, ended } = await processes.spawn(handleId, session, start);
    // Cancelled before it could start: there is nothing to poll for.
    if (handle.child === null) return { ...endedToWire(await ended), status: "cancelled" };
    // A process of which nobody knows the handle is of no use to anybody.
    context.settles({ arrived: () => {}, lost: () => letGoOf(handle.id, context) });
    return {
      handle_id: handle.id,
      status: "running",
      running: true,
      pid: handle.child.pid,
      started_at: timestamp(handle.startedAt),
      command: handle.facts.command,
    };
  },
});

function toolContext({ session, call }: OperationContext): ToolContext {
  return { session, call, liveOutput: null, streams: {}, requestId: undefined };
}

/** Without a request id nothing can be a repeat. */
function startedOnce(started: Started): Extract<Started, { kind: "started" }> {
  if (started.kind === "started") return started;
  throw new LonghandError("internal", "a new command was taken for the repeat of another");
}

/** One number under its three names: −1 when it was ended, by us or by a signal. */
function exitOf(data: JsonObject): JsonObject {
  const code = data["outcome"] === "exited" ? Number(data["exit_code"]) : -1;
  return { exit_code: code, exit_status: code, legacy_status: code, success: code === 0 };
}

/** What cannot be read does not hide how the command ended: then its previews stay, which come with the result. */
async function outputOf(directory: string): Promise<JsonObject> {
  const read = await readAll(directory);
  if (typeof read === "string") {
    return { combined: "", stdout_utf8_valid: null, stderr_utf8_valid: null, output: read };
  }
  const { stdout, stderr, combined } = read;
  const omittedBytes = stdout.omittedBytes + stderr.omittedBytes;
  return {
    stdout: stdout.text,
    stderr: stderr.text,
    combined: combined.text,
    stdout_utf8_valid: stdout.utf8Valid,
    stderr_utf8_valid: stderr.utf8Valid,
    truncated: omittedBytes > 0,
    omitted_bytes: omittedBytes,
    output: "kept",
  };
}

async function readAll(directory: string) {
  try {
    const stdout = await wholeText(directory, "stdout");
    const stderr = await wholeText(directory, "stderr");
    const combined = await wholeText(directory, "combined");
    return stdout.kept && stderr.kept && combined.kept ? { stdout, stderr, combined } : "expired";
  } catch (error) {
    if (!isLonghandError(error)) throw error;
    return "unreadable";
  }
}
