/** Failures in the words of JSON-RPC 2.0. */
import { asLonghandError, type ErrorJson, isLonghandError, type LonghandError } from "../base/errors.ts";

export const rpcCodes = {
  parseError: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internalError: -32_603,
  /** Any other refusal: `data.kind` says which. */
  failed: -32_000,
  /** The code of the language server protocol, since JSON-RPC has none. */
  cancelled: -32_800,
} as const;

export interface RpcErrorJson {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** A failure of the protocol itself, or one that the other side sent. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, options: { readonly data?: unknown; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data;
  }

  toJSON(): RpcErrorJson {
    const { code, message, data } = this;
    return { code, message, ...(data === undefined ? {} : { data }) };
  }
}

/** Whatever was thrown. `data` is the error of the contract where it is one of ours. */
export function toRpcError(thrown: unknown): RpcErrorJson {
  if (thrown instanceof RpcError) return thrown.toJSON();
  const error = asLonghandError(thrown);
  const data: ErrorJson = error.toJSON();
  return { code: codeOf(error), message: error.message, data };
}

/** Whether it is a defect of ours, which belongs in the log. */
export function isDefect(thrown: unknown): boolean {
  return !(thrown instanceof RpcError) && !(isLonghandError(thrown) && thrown.kind !== "internal");
}

function codeOf({ kind }: LonghandError): number {
  switch (kind) {
    case "missing_parameter":
    case "invalid_parameter":
    case "not_found":
      return rpcCodes.invalidParams;
    case "internal":
      return rpcCodes.internalError;
    default:
      return rpcCodes.failed;
  }
}
