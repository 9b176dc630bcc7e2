/** Methods about tools: listed and called, many calls in flight at once. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { describeTools } from "../tools/describe.ts";
import { defineMethod, type Method } from "./method.ts";
import { callId, sessionId } from "./params.ts";
import { toolOutput } from "./tool-output.ts";

export const toolMethods: readonly Method[] = [
  defineMethod({
    name: "tool/list",
    description: "The tools, with JSON Schemas of their input.",
    params: z.strictObject({}),
    run: async () => ({ result: { tools: describeTools() } }),
  }),
  defineMethod({
    name: "tool/call",
    description:
      "Runs a tool. A failing or cancelled command is a result; an error means that the job could not be done.",
    params: z.strictObject({
      session_id: sessionId,
      call_id: callId.optional().describe("Your id of the call, by which it is moved to the background."),
      name: z.string().min(1),
      input: z.unknown().optional().describe("Of the tool: an object."),
      output: z.boolean().default(false).describe("Send tool/output while the command runs; needs a call_id."),
      request_id: z.string().min(1).max(200).optional().describe("A repeat with the same id joins the first command."),
    }),
    // A cancelled call resolves, with what its command did until then.
    onCancel: "answers",
    beginsCall: true,
    run: async (params, { connection, signal, requestId: asked, begun }) => {
      const { client, sessions, deliveries } = connection;
      const { session_id: id, call_id: call, request_id: requestId } = params;
      if (params.output && call === undefined) {
        throw new LonghandError("missing_parameter", "output needs a call_id: tool/output names its call by it", {
          param: "call_id",
        });
      }
      const { session } = await sessions.get(id);
      const answering = session.dispatch(params.name, params.input ?? {}, {
        signal,
        ...(call === undefined ? {} : { callId: call }),
        ...(requestId === undefined ? {} : { requestId }),
        ...(params.output && call !== undefined ? { onOutput: toolOutput(client.peer, id, call) } : {}),
      });
      begun();
      const result = await answering;
      const { status, text, data } = result;
      return { result: { status, text, data }, onSent: deliveries.expect(id, result, client.confirms ? asked : null) };
    },
  }),
];
