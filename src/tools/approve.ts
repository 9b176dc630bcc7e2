/** The question before a command: asked before the ledger knows of it and before anything is spawned. */
import { asLonghandError, LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { Approval, ApprovalRequest, Approve } from "../session/approval.ts";
import { parseInput } from "./input.ts";
import { type RunCommandInput, runCommandInput } from "./run-command-input.ts";
import { commandOf } from "./run-command-request.ts";
import type { ToolContext } from "./tool.ts";

/** The input to run: as asked, or as rewritten (whatever the tool, it is that of `run_command`). Throws `policy_denied` with the reason. */
export async function approved(input: RunCommandInput, { session, call }: ToolContext): Promise<RunCommandInput> {
  const { approve } = session.parts;
  if (approve === null) return input;
  // A command that cannot run is refused before anybody is bothered with it.
  const command = commandOf(input, session.parts);
  const approval = await ask(approve, {
    tool: call.tool,
    sessionId: session.id,
    callId: call.id,
    command: command.display,
    cwd: command.cwd,
    input: input as JsonObject,
    signal: call.signal,
  });
  switch (approval.decision) {
    case "allow":
      return input;
    case "rewrite":
      return parseInput(runCommandInput, approval.input, call.tool);
    default:
      throw new LonghandError("policy_denied", `denied: ${approval.reason}`, { details: { reason: approval.reason } });
  }
}

/** A call that is cancelled while it is pending does not wait for the answer. */
async function ask(approve: Approve, request: ApprovalRequest): Promise<Approval> {
  const { promise: cancelled, resolve } = Promise.withResolvers<Approval>();
  // Nothing runs after a cancel: the start sees it and spawns nothing.
  const onAbort = (): void => resolve({ decision: "allow" });
  if (request.signal.aborted) return { decision: "allow" };
  request.signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([Promise.resolve(request).then(approve), cancelled]);
  } catch (thrown) {
    return { decision: "deny", reason: `the approval failed: ${asLonghandError(thrown).message}` };
  } finally {
    request.signal.removeEventListener("abort", onAbort);
  }
}
