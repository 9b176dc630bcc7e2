/** A line as a JSON-RPC 2.0 message: what it is, or why it is none. Pure. */
import { isRecord } from "../base/json.ts";
import { type RpcErrorJson, rpcCodes } from "./rpc-error.ts";

/** The notification by which either side gives up a request of its own. */
export const cancelMethod = "$/cancel_request";
/** The notification by which a client confirms an answer. */
export const receivedMethod = "$/received";

export type RequestId = string | number | null;

export type Incoming =
  | { readonly kind: "request"; readonly id: RequestId; readonly method: string; readonly params: unknown }
  | { readonly kind: "notification"; readonly method: string; readonly params: unknown }
  | { readonly kind: "result"; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: RequestId; readonly error: RpcErrorJson }
  /** Answered with this error. */
  | { readonly kind: "invalid"; readonly id: RequestId; readonly error: RpcErrorJson }
  /** Never answered: a line in the log. */
  | { readonly kind: "ignored"; readonly why: string };

export function readMessage(text: string): Incoming {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (error) {
    return invalid(null, `not JSON: ${error instanceof Error ? error.message : String(error)}`, rpcCodes.parseError);
  }
  if (Array.isArray(message)) return invalid(null, "batches are not supported: send one object per line");
  if (!isRecord(message)) return invalid(null, "a message is an object");
  return readObject(message);
}

/** Of a notification about a request: its id; null when none is named. */
export function namedRequest(params: unknown): string | number | null {
  const id = isRecord(params) ? params["id"] : null;
  return isId(id) ? id : null;
}

function readObject(message: Record<string, unknown>): Incoming {
  const { id, method } = message;
  if (id !== undefined && !isId(id)) return invalid(null, "id must be a string, a number or null");
  if (message["jsonrpc"] !== "2.0") {
    const why = 'jsonrpc must be "2.0"';
    return id === undefined && typeof method === "string" ? ignored(method, why) : invalid(id ?? null, why);
  }
  if (typeof method === "string") return readCall(method, message);
  const response = method === undefined && ("result" in message || "error" in message);
  return response ? readResponse(message, id ?? null) : invalid(id ?? null, "method must be a string");
}

function readCall(method: string, message: Record<string, unknown>): Incoming {
  const { id, params = {} } = message;
  const structured = typeof params === "object" && params !== null;
  if (!isId(id)) {
    return structured ? { kind: "notification", method, params } : ignored(method, "params must be an object");
  }
  if (!structured) return invalid(id, "params must be an object");
  return { kind: "request", id, method, params };
}

function readResponse(message: Record<string, unknown>, id: RequestId): Incoming {
  const { result, error } = message;
  if (error === undefined || error === null) return { kind: "result", id, result };
  const { code, message: text, data } = isRecord(error) ? error : {};
  return {
    kind: "error",
    id,
    error: {
      code: typeof code === "number" ? code : rpcCodes.internalError,
      message: typeof text === "string" ? text : "no message",
      ...(data === undefined ? {} : { data }),
    },
  };
}

function isId(value: unknown): value is RequestId {
  return value === null || typeof value === "string" || Number.isFinite(value);
}

function invalid(id: RequestId, message: string, code: number = rpcCodes.invalidRequest): Incoming {
  return { kind: "invalid", id, error: { code, message } };
}

function ignored(method: string, why: string): Incoming {
  return { kind: "ignored", why: `notification ${JSON.stringify(method.slice(0, 60))}: ${why}` };
}
