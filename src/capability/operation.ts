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
  /** What becomes of what the answer carries: said once it is known whether the answer reached the caller. */
  readonly settles: (delivery: Delivery) => void;
}

export interface Delivery {
  arrived(): void;
  /** The call was cancelled, and had been answered before. */
  lost(): void;
}

export interface Operation {
  readonly name: string;
  readonly params: z.ZodType;
  /** As of a tool. */
  readonly unwindMs?: number;
  run(params: unknown, context: OperationContext): Promise<JsonObject>;
}

/** Ties the schema to the function's params. */
export function defineOperation<Schema extends z.ZodType>(operation: {
  readonly name: string;
  readonly params: Schema;
  readonly unwindMs?: number;
  run(params: z.output<Schema>, context: OperationContext): Promise<JsonObject>;
}): Operation {
  return { ...operation, run: (params, context) => operation.run(params as z.output<Schema>, context) };
}
