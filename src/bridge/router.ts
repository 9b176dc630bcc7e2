/** From a method's name and params to its reply: look up, spell, validate, settle what was delivered, run. */
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { parseInput } from "../tools/input.ts";
import type { Method, MethodContext } from "./method.ts";
import { abandonable, type Reply } from "./peer.ts";
import { RpcError, rpcCodes } from "./rpc-error.ts";
import { toSnakeCase } from "./spelling.ts";

export type Router = (name: string, params: unknown, context: MethodContext) => Promise<Reply>;

export function createRouter(methods: readonly Method[]): Router {
  const byName = new Map(methods.map((method) => [method.name, method]));
  return async (name, params, context) => {
    const method = byName.get(name);
    if (method === undefined) throw unknownMethod(name, [...byName.keys()]);
    const work = run(method, parseParams(method, params), context);
    return method.onCancel === "abandons" ? abandonable(work, context.signal) : work;
  };
}

async function run(method: Method, params: Record<string, unknown>, context: MethodContext): Promise<Reply> {
  const sessionId = params["session_id"];
  if (typeof sessionId === "string") await context.connection.deliveries.acknowledge(sessionId);
  return method.run(params, context);
}

function parseParams(method: Method, params: unknown): Record<string, unknown> {
  const named = toSnakeCase(params, Object.keys(method.params.shape));
  try {
    return parseInput(method.params, named, method.name) as Record<string, unknown>;
  } catch (error) {
    throw isLonghandError(error) ? withoutTool(error) : error;
  }
}

/** In the contract `tool` names a tool; a method is none. */
function withoutTool({ kind, message, param, details, stack }: LonghandError): LonghandError {
  const error = new LonghandError(kind, message, {
    ...(param === undefined ? {} : { param }),
    ...(details === undefined ? {} : { details }),
  });
  return Object.assign(error, { stack });
}

/** Methods of the protocol that this version does not carry out: no typing error, and no other method is meant. */
const unsupported = ["session/cancel_tool_call"];

function unknownMethod(name: string, known: readonly string[]): RpcError {
  if (unsupported.includes(name)) return notFound(`${name} is not supported by this version`, null);
  const near = nearest(name.slice(0, 60), known);
  const hint = near === null ? `known: ${known.join(", ")}` : `did you mean ${near}?`;
  return notFound(`no method ${JSON.stringify(name.slice(0, 60))}; ${hint}`, near);
}

function notFound(message: string, near: string | null): RpcError {
  return new RpcError(rpcCodes.methodNotFound, message, { data: { nearest: near } });
}
