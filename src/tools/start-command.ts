/** One way to start a command: asked about, approved, and started like any handle. What its answer is, is the tool's. */
import { newId } from "../base/ids.ts";
import type { Inspection } from "../findings/findings.ts";
import { approved } from "./approve.ts";
import type { RunCommandInput } from "./run-command-input.ts";
import { commandOf, requestOf } from "./run-command-request.ts";
import { type StartedHandle, startHandle } from "./start-handle.ts";
import type { ToolContext } from "./tool.ts";

export interface StartCommandOptions {
  /** From `newId`: default that of a command. */
  readonly handleId?: string;
  readonly inspection?: Inspection | null;
}

export type Started =
  /** `input` as approved: it may have been rewritten. */
  | (Extract<StartedHandle, { kind: "started" }> & { readonly input: RunCommandInput })
  | Extract<StartedHandle, { kind: "repeated" }>;

/** Rejects as `supervisor.start` does, and with `policy_denied` or what is wrong with the input: then nothing runs. */
export async function startCommand(
  asked: RunCommandInput,
  context: ToolContext,
  { handleId = newId("command"), inspection = null }: StartCommandOptions = {},
): Promise<Started> {
  const input = await approved(asked, context);
  const { session, call, requestId } = context;
  const command = commandOf(input, session.parts, context.streams.stdinFd);
  const request = requestOf(input, command, { session, call, requestId, handleId, inspection });
  const started = await startHandle(request, context);
  return started.kind === "started" ? { ...started, input } : started;
}
