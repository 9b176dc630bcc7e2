/** A method of the bridge: a name, a schema of its params, and a function over the connection. */
import type { z } from "zod";
import type { RequestId } from "../rpc/message.ts";
import type { Reply } from "../rpc/peer.ts";
import type { Connection } from "./connection.ts";

export interface MethodContext {
  readonly connection: Connection;
  /** Aborted when the client cancels the request, or is gone. */
  readonly signal: AbortSignal;
  /** Null for a notification, which nobody answers; and for a request with the id null. */
  readonly requestId: RequestId;
  readonly isNotification: boolean;
  /** For a method that begins a call: to be called once it is in flight. */
  readonly begun: () => void;
}

/** A method that ends something: it may also come as a notification, is held up by nothing, and confirms no delivery. */
export interface Control {
  /** Whether what is to be ended is there at this moment: then it need not wait for the lines before it. */
  hasTarget(params: Record<string, unknown>, connection: Connection): boolean;
}

export interface Method {
  readonly name: string;
  readonly description: string;
  /** Of the params in snake_case; camelCase is translated before. */
  readonly params: z.ZodObject;
  /** `answers`: a cancelled request is answered by the method itself. `abandons`: with the error "cancelled". */
  readonly onCancel: "answers" | "abandons";
  /** Whether its `call_id` names a call that begins with it. */
  readonly beginsCall: boolean;
  /** By another name of a param the name itself. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly control: Control | null;
  run(params: unknown, context: MethodContext): Promise<Reply>;
}

/** Ties the schema to the function's params. */
export function defineMethod<Params extends z.ZodObject>(method: {
  readonly name: string;
  readonly description: string;
  readonly params: Params;
  readonly onCancel?: "answers";
  readonly beginsCall?: true;
  readonly aliases?: Readonly<Record<string, string>>;
  readonly control?: Control;
  run(params: z.output<Params>, context: MethodContext): Promise<Reply>;
}): Method {
  return {
    ...method,
    onCancel: method.onCancel ?? "abandons",
    beginsCall: method.beginsCall ?? false,
    aliases: method.aliases ?? {},
    control: method.control ?? null,
    run: (params, context) => method.run(params as z.output<Params>, context),
  };
}
