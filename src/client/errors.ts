/** Errors of the protocol as the errors of the library, as they were thrown on the other side. */
import { type ErrorJson, errorFromJson, errorKinds, LonghandError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { RpcError, rpcCodes } from "../rpc/rpc-error.ts";

/** Anything that a request was rejected with. */
export function fromRpc(thrown: unknown): unknown {
  // Params that are no JSON (a BigInt, a circle) are found when they are written.
  if (thrown instanceof TypeError) return new LonghandError("invalid_parameter", thrown.message, { cause: thrown });
  if (!(thrown instanceof RpcError)) return thrown;
  const { code, message, data } = thrown;
  if (isErrorJson(data)) return errorFromJson(data);
  const details = isRecord(data) ? { details: data } : {};
  return new LonghandError(kindOf(code), message, { cause: thrown, ...details });
}

function isErrorJson(data: unknown): data is ErrorJson {
  if (!isRecord(data) || typeof data["message"] !== "string") return false;
  return errorKinds.some((kind) => kind === data["kind"]);
}

function kindOf(code: number): ErrorJson["kind"] {
  switch (code) {
    case rpcCodes.methodNotFound:
      return "unsupported";
    case rpcCodes.invalidParams:
    // A request that was refused for its length, above all.
    case rpcCodes.invalidRequest:
      return "invalid_parameter";
    case rpcCodes.cancelled:
      return "unavailable";
    default:
      return "internal";
  }
}
