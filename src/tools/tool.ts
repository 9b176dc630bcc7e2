/** A tool: a name, a schema, and a function over a session. */
import type { z } from "zod";
import type { JsonObject } from "../base/json.ts";
import type { Call } from "../session/call.ts";
import type { CallStreams } from "../session/call-streams.ts";
import type { LiveOutput } from "../session/live-output.ts";
import type { Session } from "../session/session.ts";

export interface ToolContext {
  readonly session: Session;
  readonly call: Call;
  /** Where live output of the call goes; null when nobody listens. */
  readonly liveOutput: LiveOutput | null;
  readonly streams: CallStreams;
  /** A repeat with the same id joins the command of the first. */
  readonly requestId: string | undefined;
}

export interface ToolAnswer {
  /** `completed`, `running`, `timed_out`, `killed`, `cancelled`, `ok`, …: the same word as `data.status` where there is one. */
  readonly status: string;
  /** The JSON of the contract, snake_case. */
  readonly data: JsonObject;
  /** The same for a model. */
  readonly text: string;
  /** Claim that this answer delivers: acked once the answer was received. */
  readonly claimId?: string;
  /** Resolves when the ledger knows the claim; absent when it does already. */
  readonly committed?: Promise<void>;
  /** The cancel of the call ended only a wait; what goes on: `h7 goes on`. The rest of the answer says how that stands. */
  readonly givenUp?: string;
}

export interface Tool {
  readonly name: string;
  /** For a model: what it does and when to use it. */
  readonly description: string;
  readonly input: z.ZodType;
  /** How long after a cancel of the call its own answer is waited for. Default 1 s, which is enough for who heeds `call.signal`. */
  readonly unwindMs?: number;
  run(input: unknown, context: ToolContext): Promise<ToolAnswer>;
}

/** Ties the schema to the function's input type. */
export function defineTool<Schema extends z.ZodType>(tool: {
  readonly name: string;
  readonly description: string;
  readonly input: Schema;
  readonly unwindMs?: number;
  run(input: z.output<Schema>, context: ToolContext): Promise<ToolAnswer>;
}): Tool {
  return { ...tool, run: (input, context) => tool.run(input as z.output<Schema>, context) };
}
