/** A message of an inbox. */
import { z } from "zod";
import { schemaVersion } from "./handle.ts";
import { report } from "./report.ts";
import { snapshot } from "./snapshot.ts";
import { handleId, timestamp } from "./words.ts";

/** Open: there are fields for what it is about. */
const notice = z
  .object({
    text: z.string().describe("For a reader."),
    tag: z.string().optional().describe("What it is about: tool_call_cancelled, …"),
  })
  .loose();

const envelope = {
  schema_version: schemaVersion,
  message_id: z.string(),
  session_id: z.string(),
  sequence: z.int().describe("Rises within a session; gaps are allowed."),
  handle_id: handleId.nullable(),
  call_id: z.string().nullable(),
  label: z.string().nullable(),
  created_at: timestamp,
  redelivered: z.boolean().describe("It was delivered before, and never acknowledged."),
};

export const message = z
  .union([
    z.object({ ...envelope, kind: z.literal("tool_result"), body: report }),
    z.object({ ...envelope, kind: z.literal("tool_progress"), body: snapshot }),
    z.object({ ...envelope, kind: z.literal("notice"), body: notice }),
  ])
  .meta({ id: "message", description: "A result, a progress report or a notice." });
