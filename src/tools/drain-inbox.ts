/** `drain_inbox`: takes what lies in the inbox; this answer is the delivery. */
import { z } from "zod";
import { defineTool } from "./tool.ts";
import { messageToWire } from "./wire.ts";

export const drainInbox = defineTool({
  name: "drain_inbox",
  description: "Take the results and notices that wait in this session's inbox. Each is delivered once.",
  input: z.strictObject({
    max_messages: z.int().min(1).max(1_000).default(50).describe("The first ones, by priority and age."),
    max_bytes: z.int().min(1_024).max(1_048_576).default(16_384).describe("Bound of the text."),
  }),
  run: async (input, { session }) => {
    const mail = await session.inbox.claim({ maxMessages: input.max_messages, maxBytes: input.max_bytes });
    if (mail === null) return { status: "ok", data: { messages: [], remaining: 0 }, text: "[the inbox is empty]" };
    return {
      status: "ok",
      data: {
        claim_id: mail.id,
        messages: mail.messages.map((message) => messageToWire(message)),
        remaining: session.inbox.pending,
      },
      text: mail.text,
      claimId: mail.id,
    };
  },
});
