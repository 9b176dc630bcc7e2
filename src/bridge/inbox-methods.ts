/** Methods about the inbox: claimed, then acknowledged once it is durably in the client's transcript. */
import { z } from "zod";
import { messageToWire } from "../tools/wire.ts";
import { defineMethod, type Method } from "./method.ts";
import { asRecords, claimId, sessionId } from "./params.ts";
import { InboxSubscription } from "./subscription.ts";

export const inboxMethods: readonly Method[] = [
  defineMethod({
    name: "inbox/claim",
    description: "Takes the next messages. Until they are acknowledged, the next claim returns the very same.",
    params: z.strictObject({
      session_id: sessionId,
      max_messages: z.int().min(1).max(1_000).optional().describe("Default 50."),
      max_bytes: z.int().min(1_024).max(1_048_576).optional().describe("Bound of the text, default 16,384."),
      records: asRecords,
    }),
    run: async ({ session_id: id, max_messages: maxMessages, max_bytes: maxBytes, records }, { connection }) => {
      const { session, subscription } = await connection.sessions.get(id);
      const mail = await session.inbox.claim({
        ...(maxMessages === undefined ? {} : { maxMessages }),
        ...(maxBytes === undefined ? {} : { maxBytes }),
      });
      // Behind what was taken there may be more than a hint could tell.
      subscription?.look();
      const { pending } = session.inbox;
      if (mail === null) return { result: { claim_id: null, messages: [], text: "", pending } };
      const messages = records ? mail.messages : mail.messages.map((message) => messageToWire(message));
      return { result: { claim_id: mail.id, messages, text: mail.text, redelivered: mail.redelivered, pending } };
    },
  }),
  defineMethod({
    name: "inbox/ack",
    description: "What was claimed is durably in the transcript: it is not delivered again.",
    params: z.strictObject({ session_id: sessionId, claim_id: claimId }),
    run: async ({ session_id: id, claim_id: claim }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      const acked = await session.inbox.ack(claim);
      return { result: { acked, pending: session.inbox.pending } };
    },
  }),
  defineMethod({
    name: "inbox/release",
    description: "What was claimed was not used: it is unread again.",
    params: z.strictObject({ session_id: sessionId, claim_id: claimId }),
    run: async ({ session_id: id, claim_id: claim }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      const released = await session.inbox.release(claim);
      return { result: { released, pending: session.inbox.pending } };
    },
  }),
  defineMethod({
    name: "inbox/subscribe",
    description: "Sends inbox/message for each result or notice that lies unread, now and later.",
    params: z.strictObject({ session_id: sessionId }),
    run: async ({ session_id: id }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      const { messages: pending, terminal, claimed } = await session.inbox.refresh();
      // Looked up again: meanwhile it may have been closed, or taken by another connection.
      const held = await connection.sessions.get(id);
      held.subscription ??= new InboxSubscription(held.session, (hint) =>
        connection.client.peer.notify("inbox/message", { session_id: id, ...hint }),
      );
      return { result: { unread: terminal, claimed, pending } };
    },
  }),
  defineMethod({
    name: "inbox/unsubscribe",
    description: "No more inbox/message for this session.",
    params: z.strictObject({ session_id: sessionId }),
    run: async ({ session_id: id }, { connection }) => {
      const held = await connection.sessions.get(id);
      held.subscription?.[Symbol.dispose]();
      held.subscription = null;
      return { result: {} };
    },
  }),
];
