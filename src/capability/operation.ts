/** An operation of a capability: a name, a schema, and a function over a session. */
import type { z } from "zod";
import type { JsonObject } from "../base/json.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import type { SessionProcesses } from "./session-processes.ts";

export interface OperationContext {
  readonly session: Session;
  readonly call: Call;
  readonly processes: SessionProcesses;
}

export interface Operation {
  readonly name: string;
  readonly params: z.ZodType;
  run(params: unknown, context: OperationContext): Promise<JsonObject>;
}

/** Ties the schema to the function's params. */
export function defineOperation<Schema extends z.ZodType>(operation: {
  readonly name: string;
  readonly params: Schema;
  run(params: z.output<Schema>, context: OperationContext): Promise<JsonObject>;
}): Operation {
  return { ...operation, run: (params, context) => operation.run(params as z.output<Schema>, context) };
}
