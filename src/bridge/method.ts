/** A method of the bridge: a name, a schema of its params, and a function over the connection. */
import type { z } from "zod";
import type { Connection } from "./connection.ts";
import type { Reply } from "./peer.ts";

export interface MethodContext {
  readonly connection: Connection;
  /** Aborted when the client cancels the request, or is gone. */
  readonly signal: AbortSignal;
}

export interface Method {
  readonly name: string;
  readonly description: string;
  /** Of the params in snake_case; camelCase is translated before. */
  readonly params: z.ZodObject;
  /** `answers`: a cancelled request is answered by the method itself. `abandons`: with the error "cancelled". */
  readonly onCancel: "answers" | "abandons";
  run(params: unknown, context: MethodContext): Promise<Reply>;
}

/** Ties the schema to the function's params. */
export function defineMethod<Params extends z.ZodObject>(method: {
  readonly name: string;
  readonly description: string;
  readonly params: Params;
  readonly onCancel?: "answers";
  run(params: z.output<Params>, context: MethodContext): Promise<Reply>;
}): Method {
  return {
    ...method,
    onCancel: method.onCancel ?? "abandons",
    run: (params, context) => method.run(params as z.output<Params>, context),
  };
}
