/** What the bridge calls a param, as the option or the argument that it came from: an error names what its caller wrote. */
import { isLonghandError, LonghandError } from "../base/errors.ts";

const names: Readonly<Record<string, string>> = {
  session_id: "id",
  parent_session_id: "parent",
  on_close: "onClose",
  last_claim: "lastClaim",
  call_id: "callId",
  tool_call_id: "callId",
  inject_reminder: "injectReminder",
  timeout_ms: "timeoutMs",
  request_id: "requestId",
  claim_id: "claimId",
  max_messages: "maxMessages",
  max_bytes: "maxBytes",
};

/** An error of a tool or an operation is left alone: its param is of that one's own input. */
export function inOurNames(thrown: unknown): unknown {
  if (!isLonghandError(thrown) || thrown.tool !== undefined || thrown.param === undefined) return thrown;
  const { kind, message, param, details, retryable, cause } = thrown;
  const name = names[param];
  if (name === undefined) return thrown;
  const told = message.startsWith(`${param}:`) ? `${name}${message.slice(param.length)}` : message;
  return new LonghandError(kind, told, {
    param: name,
    retryable,
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause }),
  });
}
