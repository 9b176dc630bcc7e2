/** The `session_id` that some tools accept: it may only name the session that asks. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import type { Session } from "../session/session.ts";

export const sessionField: z.ZodOptional<z.ZodString> = z
  .string()
  .optional()
  .describe("The session that the call is in; no other can be reached.");

export function checkSession(session: Session, sessionId: string | undefined): void {
  if (sessionId === undefined || sessionId === session.id) return;
  throw new LonghandError(
    "not_found",
    `no session ${JSON.stringify(sessionId.slice(0, 60))} that this call may reach`,
    {
      param: "session_id",
      details: { expected: session.id, got: sessionId.slice(0, 60) },
    },
  );
}
