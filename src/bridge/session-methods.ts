/** Methods about sessions: opened, closed, looked at, and a blocked call that is sent to the background. */
import { z } from "zod";
import { reportToWire } from "../tools/wire.ts";
import { cancelToolCall } from "./cancel-method.ts";
import { defineMethod, type Method } from "./method.ts";
import { asRecords, callId, claimId, sessionId } from "./params.ts";

export const sessionMethods: readonly Method[] = [
  defineMethod({
    name: "session/open",
    description: "Creates a session, or attaches to one and takes it over. Everything else happens in a session.",
    params: z.strictObject({
      session_id: sessionId.optional().describe("An id of yours, else a new one."),
      parent_session_id: sessionId.optional().describe("Inherits what is left when this one closes."),
      on_close: z
        .enum(["hand_over", "stop"])
        .optional()
        .describe("What a close does with a parent; default hand_over."),
      keep: z
        .boolean()
        .default(false)
        .describe("Stays open when the connection ends, whatever is in it: for a client that connects again."),
      last_claim: claimId.optional().describe("The newest claim in your transcript; acknowledged when it was not."),
      reader_epoch: z
        .int()
        .min(1)
        .optional()
        .describe("Of an earlier answer, for a client that comes back: refused when somebody else has attached since."),
    }),
    run: async (params, { connection }) => {
      const { session_id: id, parent_session_id: parent, on_close: onClose, keep } = params;
      const { last_claim: lastClaim, reader_epoch: readerEpoch } = params;
      const options = {
        ...(id === undefined ? {} : { id }),
        ...(parent === undefined ? {} : { parent }),
        ...(onClose === undefined ? {} : { onClose }),
        ...(lastClaim === undefined ? {} : { lastClaim }),
        ...(readerEpoch === undefined ? {} : { readerEpoch }),
      };
      const { session, endsWithConnection } = await connection.sessions.open(options, { keep });
      return {
        result: {
          session_id: session.id,
          parent_session_id: session.parentId,
          ends_with_connection: endsWithConnection,
          reader_epoch: session.reader.readerEpoch,
        },
      };
    },
  }),
  defineMethod({
    name: "session/close",
    description: "Final. Stops what runs and answers with the reports, or hands both to the parent.",
    params: z.strictObject({ session_id: sessionId, records: asRecords }),
    // The reports are delivered by this answer and by nothing else.
    onCancel: "answers",
    run: async ({ session_id: id, records }, { connection: { sessions } }) => {
      const reports = await sessions.close(await sessions.get(id));
      return { result: { reports: records ? reports : reports.map((report) => reportToWire(report)) } };
    },
  }),
  cancelToolCall,
  defineMethod({
    name: "session/calls",
    description: "Calls in flight, oldest first: what session/cancel_tool_call can cancel.",
    params: z.strictObject({ session_id: sessionId }),
    run: async ({ session_id: id }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      const calls = session.callsInFlight();
      return {
        result: { calls: calls.map(({ callId: call, tool, cancelled }) => ({ call_id: call, tool, cancelled })) },
      };
    },
  }),
  defineMethod({
    name: "session/move_to_background",
    description: "A blocked call answers now, as running; its command goes on.",
    params: z.strictObject({ session_id: sessionId, call_id: callId }),
    run: async ({ session_id: id, call_id: call }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      return { result: { moved: await session.moveToBackground(call) } };
    },
  }),
  defineMethod({
    name: "session/digest",
    description:
      "What runs and what is unread, as a short text for a transcript that is being compacted. Claims nothing.",
    params: z.strictObject({ session_id: sessionId }),
    run: async ({ session_id: id }, { connection }) => {
      const { session } = await connection.sessions.get(id);
      return { result: { text: await session.digest() } };
    },
  }),
];
