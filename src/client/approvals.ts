/** Questions of the bridge before a command, put to the `approve` of the client. */
import { asLonghandError } from "../base/errors.ts";
import { isRecord, type JsonObject } from "../base/json.ts";
import { RpcError, rpcCodes } from "../rpc/rpc-error.ts";
import type { Approval, ApprovalRequest, Approve } from "../session/approval.ts";

/** Answers `approval/request`; rejects for any other method. A rejection of `approve` denies. */
export function answerQuestions(approve: Approve | undefined) {
  return async (method: string, params: unknown, signal: AbortSignal): Promise<{ readonly result: Approval }> => {
    if (method !== "approval/request" || approve === undefined || !isRecord(params)) {
      throw new RpcError(rpcCodes.methodNotFound, `no method ${JSON.stringify(method.slice(0, 60))}`);
    }
    try {
      return { result: await approve(requestOf(params, signal)) };
    } catch (thrown) {
      return { result: { decision: "deny", reason: `the approval failed: ${asLonghandError(thrown).message}` } };
    }
  };
}

function requestOf(params: Readonly<Record<string, unknown>>, signal: AbortSignal): ApprovalRequest {
  const { tool, session_id: sessionId, call_id: callId, command, cwd, input } = params;
  return {
    tool: String(tool),
    sessionId: String(sessionId),
    callId: typeof callId === "string" ? callId : null,
    command: String(command),
    cwd: String(cwd),
    input: (isRecord(input) ? input : {}) as JsonObject,
    signal,
  };
}
