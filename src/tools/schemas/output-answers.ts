/** The answers of the tools about output: a range of it, waiting for it, and typing into a command. */
import { z } from "zod";
import { activity } from "./activity.ts";
import { ended, waited } from "./answers.ts";
import { unwound } from "./cancelled.ts";
import { handleNames } from "./handle.ts";
import { artifactName } from "./readiness.ts";
import { phase } from "./snapshot.ts";
import { bytes, count, handleId, milliseconds, pid } from "./words.ts";

const range = z
  .object({
    handle_id: handleId,
    stream: artifactName,
    path: z.string().nullable().describe("Of the artifact; null for lines, and for what is in no file."),
    offset: bytes,
    bytes_read: bytes,
    next_offset: bytes.describe("Where to go on."),
    total_bytes: bytes.nullable().describe("Until now; null for lines."),
    eof: z.boolean().describe("There is no more, until now."),
    content: z.string(),
    from_line: z.int().optional().describe("When lines were asked for."),
    to_line: z.int().optional().describe("Before from_line when there are no such lines."),
    total_lines: count.nullable().optional(),
  })
  .meta({ id: "range", description: "A range of the output." });

const screen = z
  .object({
    handle_id: handleId,
    stream: z.literal("screen"),
    content: z.string(),
    truncated: z.boolean(),
    eof: z.boolean().describe("It has ended: the screen does not change any more."),
  })
  .meta({ id: "screen", description: "What its terminal shows." });

export const outputRead = z.union([range, screen]);

const asked = {
  handle_id: handleId,
  alias: handleNames.alias,
  source: artifactName,
  pattern: z.string(),
  next_offset: bytes.describe("Where to search on: the next from_offset."),
};

const match = z
  .object({
    ...asked,
    status: z.literal("matched"),
    matched: z.literal(true),
    timed_out: z.literal(false),
    match_start: bytes,
    match_end: bytes,
    match: z.string(),
    result: z.null(),
  })
  .meta({ id: "match" });

const noMatch = z
  .object({
    ...asked,
    status: z.enum(["exited", "timed_out", "cancelled"]),
    matched: z.literal(false),
    timed_out: z.boolean(),
    match_start: z.null(),
    match_end: z.null(),
    match: z.null(),
    result: waited.describe("How it ended, or how it stands."),
    cancelled: unwound.cancelled,
    wait_cancelled: unwound.wait_cancelled,
    duration_ms: milliseconds.optional().describe("Of the call, when it was cancelled."),
  })
  .meta({ id: "no_match" });

export const outputWaited = z.union([match, noMatch]);

/** What was done of what `write_stdin` was asked to. */
const talk = {
  written: bytes.describe("Of this call, that are with the command."),
  accepted: z.boolean().describe("All of them are."),
  pending_bytes: bytes.describe("Queued, of earlier calls too: they go on by themselves."),
  eof: z.boolean(),
  signaled: z.array(pid).nullable().describe("Who got the signal; null when none was asked for."),
  stopped: z.boolean().optional().describe("Whether SIGTSTP stopped it."),
  resized: z.boolean().nullable(),
};

const replied = z
  .object({
    handle_id: handleId,
    alias: handleNames.alias,
    status: unwound.status,
    phase,
    completed: z.literal(false),
    cancelled: unwound.cancelled,
    wait_cancelled: unwound.wait_cancelled,
    duration_ms: milliseconds.optional().describe("Of the call, when it was cancelled."),
    ...talk,
    output: z.string().describe("Printed since the call; the newest when it is much."),
    output_offset: bytes,
    next_offset: bytes,
    omitted_bytes: bytes,
    screen: z.string().optional().describe("When it drew on its terminal."),
    activity: activity.nullable(),
  })
  .meta({ id: "replied", description: "It goes on, and this is its reply." });

export const written = z.union([ended.extend(talk).meta({ id: "ended_by_it" }), replied]);
