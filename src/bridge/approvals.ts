/** Questions before a command, carried to the client that holds the session. */
import { z } from "zod";
import type { Approval, ApprovalRequest, Approve } from "../session/approval.ts";
import type { SessionHolders } from "./session-holders.ts";

const answer = z.discriminatedUnion("decision", [
  z.object({ decision: z.literal("allow") }),
  z.object({ decision: z.literal("deny"), reason: z.string().default("the client gave no reason") }),
  z.object({ decision: z.literal("rewrite"), input: z.record(z.string(), z.json()) }),
]);

/** `otherwise` decides for sessions whose client did not declare `approval`, or that no client holds. */
export function askClient(holders: SessionHolders, otherwise: Approve): Approve {
  return async (request) => {
    const client = holders.get(request.sessionId)?.client;
    if (client?.approves !== true) return otherwise(request);
    const { tool, sessionId, callId, command, cwd, input, signal } = request satisfies ApprovalRequest;
    const params = { session_id: sessionId, call_id: callId, tool, command, cwd, input };
    const said = await client.peer.request("approval/request", params, { signal });
    const parsed = answer.safeParse(said);
    if (parsed.success) return parsed.data satisfies Approval;
    // An answer that nobody understands is no permission.
    return { decision: "deny", reason: 'the client answered neither "allow", "deny" nor "rewrite"' };
  };
}
