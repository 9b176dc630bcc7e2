/** What a cancelled call is answered with, whatever was called. */
import { z } from "zod";
import { milliseconds, vocabulary } from "./words.ts";

export const whoCancelled = z
  .object({ by: z.string(), reason: z.string().nullable() })
  .meta({ id: "cancelled", description: "The call was cancelled: by whom and why." });

export const waitCancelled = z.literal(true).optional().describe("Only the wait was cancelled: it goes on.");

/** In an answer about something that has not ended. */
export const unwound = {
  status: vocabulary<"running" | "cancelled">({ running: "", cancelled: "the call was; phase says how it stands" }),
  cancelled: whoCancelled.optional(),
  wait_cancelled: waitCancelled,
  stopping: z
    .literal(true)
    .optional()
    .describe("It ends with its call, and had not ended in time: its result comes to the inbox."),
};

const cancelledCall = z
  .object({
    status: z.literal("cancelled"),
    tool: z.string(),
    call_id: z.string().nullable().describe("Null when nobody could name it."),
    cancelled: whoCancelled,
    duration_ms: milliseconds.describe("Since the call was made."),
  })
  .meta({ id: "cancelled_call", description: "It was cancelled, and had nothing more to say." });

/** Whatever is called may be cancelled before it has anything to say. */
export function orCancelled(schemas: Readonly<Record<string, z.ZodType>>): Readonly<Record<string, z.ZodType>> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, z.union([schema, cancelledCall])]));
}
