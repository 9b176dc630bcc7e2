/** From a method's name and params to its reply: look up, spell, validate, settle what was delivered, run. */
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { abandonable, type Reply } from "../rpc/peer.ts";
import { RpcError, rpcCodes } from "../rpc/rpc-error.ts";
import { parseInput } from "../tools/input.ts";
import type { Connection } from "./connection.ts";
import type { Method, MethodContext } from "./method.ts";
import { toSnakeCase } from "./spelling.ts";

export type RouterContext = Omit<MethodContext, "isNotification" | "begun">;

export interface Router {
  request(name: string, params: unknown, context: RouterContext): Promise<Reply>;
  /** Rejects with why nothing was done: it is for the log. */
  notification(name: string, params: unknown, context: RouterContext): Promise<void>;
  /** Whether it ends something that is there at this moment. */
  isUrgent(name: string, params: unknown, connection: Connection): boolean;
}

export function createRouter(methods: readonly Method[]): Router {
  const byName = new Map(methods.map((method) => [method.name, method]));
  return {
    async request(name, params, context) {
      const method = byName.get(name);
      if (method === undefined) throw unknownMethod(name, [...byName.keys()]);
      const work = run(method, parseParams(method, params), { ...context, isNotification: false });
      return method.onCancel === "abandons" ? abandonable(work, context.signal) : work;
    },
    async notification(name, params, context) {
      const method = byName.get(name);
      if (method?.control == null) throw new RpcError(rpcCodes.methodNotFound, "no such notification");
      await run(method, parseParams(method, params), { ...context, isNotification: true });
    },
    isUrgent(name, params, connection) {
      const method = byName.get(name);
      if (method?.control == null) return false;
      try {
        return method.control.hasTarget(parseParams(method, params), connection);
      } catch {
        // It is refused when its turn comes.
        return false;
      }
    },
  };
}

async function run(
  method: Method,
  params: Record<string, unknown>,
  context: Omit<MethodContext, "begun">,
): Promise<Reply> {
  const { session_id: sessionId, call_id: callId } = params;
  const { deliveries, starting } = context.connection;
  const isNamed = method.beginsCall && typeof sessionId === "string" && typeof callId === "string";
  const begun = isNamed ? starting.expect(sessionId, callId) : () => {};
  try {
    if (typeof sessionId === "string" && method.control === null) await deliveries.acknowledge(sessionId);
    return await method.run(params, { ...context, begun });
  } finally {
    begun();
  }
}

function parseParams(method: Method, params: unknown): Record<string, unknown> {
  const named = toSnakeCase(params, Object.keys(method.params.shape), method.aliases);
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

function unknownMethod(name: string, known: readonly string[]): RpcError {
  const near = nearest(name.slice(0, 60), known);
  const hint = near === null ? `known: ${known.join(", ")}` : `did you mean ${near}?`;
  return notFound(`no method ${JSON.stringify(name.slice(0, 60))}; ${hint}`, near);
}

function notFound(message: string, near: string | null): RpcError {
  return new RpcError(rpcCodes.methodNotFound, message, { data: { nearest: near } });
}
