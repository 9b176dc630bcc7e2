/** The method about capabilities: what programs ask of the runtime, beside the tools of agents. */
import { z } from "zod";
import { defineMethod, type Method } from "./method.ts";
import { callId, sessionId } from "./params.ts";

export const hostMethods: readonly Method[] = [
  defineMethod({
    name: "host/call",
    description:
      "An operation of a capability, as process.spawn. Without a session it is in one of this connection's own.",
    params: z.strictObject({
      session_id: sessionId.optional().describe("Else a session of this connection alone, closed with it."),
      call_id: callId.optional().describe("Your id of the call, by which it is cancelled."),
      capability: z.string().min(1),
      operation: z.string().min(1),
      params: z.unknown().optional().describe("Of the operation: an object."),
    }),
    // A cancelled exec says what it did until then, a cancelled wait how the process stands.
    onCancel: "answers",
    beginsCall: true,
    run: async ({ session_id: id, call_id: call, capability, operation, params }, { connection, signal, begun }) => {
      const { sessions } = connection;
      const { session } = await (id === undefined ? sessions.own() : sessions.get(id));
      const options = { signal, ...(call === undefined ? {} : { callId: call }) };
      const answering = session.hostCall(capability, operation, params ?? {}, options);
      begun();
      return { result: await answering };
    },
  }),
];
