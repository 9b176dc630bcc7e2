/** The JSON Schema (draft 2020-12) of an input, as it is shown to models and programs. */
import { z } from "zod";
import type { JsonObject } from "../base/json.ts";

/** Without what says nothing and is paid for with every request: the name of the draft, and that integers and keys are what they are. */
export function inputSchema(schema: z.ZodType): JsonObject {
  const { $schema: _draft, ...described } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ jsonSchema }) => {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      delete jsonSchema.propertyNames;
    },
  });
  return described as JsonObject;
}
