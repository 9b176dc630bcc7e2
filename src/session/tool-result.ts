/** What a tool call resolves with. */
import type { JsonObject } from "../base/json.ts";

export interface ToolResult {
  /** `completed`, `running`, `timed_out`, `killed`, `cancelled`, `ok`, … */
  readonly status: string;
  /** For the model: a headline, fenced output, what to do next. */
  readonly text: string;
  /** The JSON of the contract, snake_case. */
  readonly data: JsonObject;
  /** The answer reached its caller: a report that it carried is not delivered again. `session.call` does this. Never rejects. */
  received(): Promise<void>;
  /** The answer did not reach its caller: a report that it carried is in the inbox again. Never rejects. */
  lost(): Promise<void>;
}
