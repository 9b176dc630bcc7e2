/** The tools as programs list them: name, description and JSON Schema of the input. */
import type { JsonObject } from "../base/json.ts";
import { allTools } from "./all-tools.ts";
import { inputSchema } from "./input-schema.ts";
import type { Tool } from "./tool.ts";

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  readonly input_schema: JsonObject;
}

export function describeTools(tools: readonly Tool[] = allTools): readonly ToolDescription[] {
  return tools.map(({ name, description, input }) => ({ name, description, input_schema: inputSchema(input) }));
}
