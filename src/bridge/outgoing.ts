/** What the bridge sends by itself, the notifications about requests, and its error object. For the published schemas. */
import { z } from "zod";
import type { OutputUpdate } from "../session/live-output.ts";
import { error } from "../tools/schemas/error.ts";
import { anyObject, bytes, count, vocabulary } from "../tools/schemas/words.ts";

export interface Outgoing {
  readonly description: string;
  readonly params: z.ZodType;
  /** Of a request: what the client answers. */
  readonly result?: z.ZodType;
}

const sessionId = z.string();

export const outgoing: Readonly<Record<string, Outgoing>> = {
  "tool/output": {
    description: "A notification: live output of a call that asked for it.",
    params: z.object({
      session_id: sessionId,
      call_id: z.string(),
      stream: vocabulary<OutputUpdate["stream"]>({ stdout: "", stderr: "" }),
      offset: bytes.describe("Of the text, in bytes of the stream."),
      text: z.string(),
      skipped: bytes.describe("Before the offset, and not shown since the last one."),
    }),
  },
  "inbox/message": {
    description: "A notification: a result or a notice lies unread. A hint: claim until nothing is left.",
    params: z.object({
      session_id: sessionId,
      sequence: z.int(),
      kind: z.string(),
      pending: count.describe("Unread messages, progress included."),
    }),
  },
  "approval/request": {
    description: "A request to a client with the capability approval, before a command.",
    params: z.object({
      session_id: sessionId,
      call_id: z.string().nullable(),
      tool: z.string(),
      command: z.string().describe("As people would type it."),
      cwd: z.string(),
      input: anyObject.describe("As an input of run_command."),
    }),
    result: z.union([
      z.object({ decision: z.literal("allow") }).meta({ id: "allow" }),
      z.object({ decision: z.literal("deny"), reason: z.string().optional() }).meta({ id: "deny" }),
      z
        .object({ decision: z.literal("rewrite"), input: anyObject.describe("As an input of run_command.") })
        .meta({ id: "rewrite" }),
    ]),
  },
};

/** Each described, so that strict validators get two alternatives and not a list of types. */
const requestId = z.union([z.string().describe("As it was sent."), z.number().describe("As it was sent.")]);

/** In both directions. */
export const cancelRequestParams = z.object({ id: requestId, reason: z.string().optional() });

/** From the client. */
export const receivedParams = z.object({ id: requestId });

const unknownMethod = z
  .object({ nearest: z.string().nullable().describe("The method that may have been meant.") })
  .meta({ id: "unknown_method" });

const repeatedId = z.object({ id: requestId.describe("That was in flight already.") }).meta({ id: "repeated_id" });

const longLine = z.object({ limit: z.int().describe("Bytes of a line.") }).meta({ id: "long_line" });

export const rpcError = z.object({
  code: z
    .int()
    .describe(
      "-32700 no JSON, -32600 no request, -32601 no such method, -32602 wrong params, -32800 cancelled, -32603 internal, -32000 anything else.",
    ),
  message: z.string(),
  data: z
    .union([error, unknownMethod, repeatedId, longLine])
    .optional()
    .describe("Absent for most faults in the protocol itself."),
});
