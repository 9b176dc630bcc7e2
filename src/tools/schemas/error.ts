/** What we could not do. */
import { z } from "zod";
import { errorKind } from "./report.ts";

export const error = z
  .object({
    kind: errorKind,
    tool: z.string().optional(),
    param: z.string().optional().describe("The field that was wrong, as its path: capture.max_inline_bytes."),
    message: z.string(),
    details: z
      .object({
        errno: z.string().optional(),
        expected: z.string().optional(),
        got: z.string().optional(),
        limit: z.number().optional(),
      })
      .loose()
      .optional(),
    retryable: z.boolean().describe("The same call may work later without a change."),
  })
  .meta({ id: "error", description: "What longhand could not do. A command that fails is a result, not this." });
