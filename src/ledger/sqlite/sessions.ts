/** Sessions in the database: attached, listed, closed with or without a hand-over to the parent. */
import type { AttachRequest, HandleRecord, LedgerOperations, SessionRecord } from "../ledger.ts";
import { refuseFenced, sessionClosed } from "../refusals.ts";
import { aliasWithin, progressKind, resultKind } from "../rules.ts";
import {
  findHandle,
  findSession,
  nextNumber,
  requireOpenSession,
  requireReader,
  type StoreContext,
} from "./lookups.ts";
import { lapse, outstandingClaims, settle } from "./mail.ts";
import { handleOf, messageOf, number, sessionOf } from "./rows.ts";

type SessionOperations = Pick<LedgerOperations, "attach" | "session" | "sessions" | "closeSession">;

export function sessionOperations(context: StoreContext): SessionOperations {
  const { connection } = context;
  return {
    attach(request) {
      const { sessionId, onClose, lastClaim, notAfter, now } = request;
      const session = findSession(context, sessionId);
      if (session === null) return create(context, request);
      if (session.state === "closed") throw sessionClosed(sessionId);
      refuseFenced(session, notAfter);
      const sql =
        "UPDATE sessions SET on_close = ?, reader_epoch = reader_epoch + 1, attached_at = ? WHERE session_id = ?";
      connection.run(sql, onClose, now, sessionId);
      for (const claimId of outstandingClaims(context, sessionId, "answer")) lapse(context, sessionId, claimId);
      for (const claimId of outstandingClaims(context, sessionId, "inbox"))
        if (claimId === lastClaim) settle(context, claimId);
      return { ...session, onClose, readerEpoch: session.readerEpoch + 1, attachedAt: now };
    },

    session: ({ sessionId }) => findSession(context, sessionId),

    sessions: ({ state }) =>
      connection.all("SELECT * FROM sessions WHERE ?1 IS NULL OR state = ?1 ORDER BY row", state).map(sessionOf),

    closeSession({ handOver, ...reader }) {
      const { sessionId } = reader;
      const session = requireReader(context, reader);
      if (session.state === "closed") return { parentId: null, moved: [] };
      const parent = session.parentId === null ? null : findSession(context, session.parentId);
      connection.run("UPDATE sessions SET state = 'closed' WHERE session_id = ?", sessionId);
      context.touch(`inbox:${sessionId}`);
      if (!handOver || parent?.state !== "open") {
        settleAll(context, sessionId);
        return { parentId: null, moved: [] };
      }
      return { parentId: parent.sessionId, moved: moveTo(context, sessionId, parent.sessionId) };
    },
  };
}

function create(context: StoreContext, { sessionId, parentId, onClose, now }: AttachRequest): SessionRecord {
  if (parentId !== null) requireOpenSession(context, parentId);
  context.connection.run(
    `INSERT INTO sessions (session_id, parent_id, on_close, state, reader_epoch, created_at, attached_at)
     VALUES (?, ?, ?, 'open', 1, ?, ?)`,
    sessionId,
    parentId,
    onClose,
    now,
    now,
  );
  return { sessionId, parentId, onClose, state: "open", readerEpoch: 1, createdAt: now, attachedAt: now };
}

/** The close's answer carries what was undelivered. */
function settleAll(context: StoreContext, sessionId: string): void {
  for (const claimId of allOutstanding(context, sessionId)) settle(context, claimId);
  context.connection.run("UPDATE messages SET state = 'acked' WHERE session_id = ? AND state = 'unread'", sessionId);
}

function moveTo(context: StoreContext, sessionId: string, target: string): HandleRecord[] {
  const { connection } = context;
  // With that every message that is not delivered is unread.
  for (const claimId of allOutstanding(context, sessionId)) lapse(context, sessionId, claimId);
  const moved = moveHandles(context, sessionId, target);
  // Progress of what does not run any more is no news to the parent.
  connection.run(
    `DELETE FROM messages WHERE session_id = ? AND state = 'unread' AND kind = '${progressKind}'
       AND NOT EXISTS (SELECT 1 FROM handles WHERE handles.handle_id = messages.handle_id AND handles.state = 'running')`,
    sessionId,
  );
  const left = connection.all(
    "SELECT * FROM mail WHERE session_id = ? AND state = 'unread' ORDER BY sequence",
    sessionId,
  );
  for (const row of left) {
    const { handleId } = messageOf(row);
    const alias = aliasWithin(handleId === null ? null : findHandle(context, handleId), target);
    const sequence = nextNumber(context, target, "last_sequence");
    const sql = "UPDATE messages SET session_id = ?, sequence = ?, alias = ? WHERE row = ?";
    connection.run(sql, target, sequence, alias, number(row, "row"));
  }
  connection.run("UPDATE OR IGNORE dedupe SET session_id = ? WHERE session_id = ?", target, sessionId);
  connection.run("DELETE FROM dedupe WHERE session_id = ?", sessionId);
  context.touch(`inbox:${target}`);
  return moved;
}

/** What runs, and what ended with a result that nobody got: the parent must be able to read its output. In order of placement. */
function moveHandles(context: StoreContext, sessionId: string, target: string): HandleRecord[] {
  const rows = context.connection.all(
    `SELECT row FROM handles WHERE session_id = ?1 AND (state = 'running' OR handle_id IN
       (SELECT handle_id FROM messages WHERE session_id = ?1 AND state = 'unread' AND kind = '${resultKind}')) ORDER BY row`,
    sessionId,
  );
  return rows.flatMap((row) => {
    const alias = nextNumber(context, target, "last_alias");
    const sql = "UPDATE handles SET session_id = ?, alias = ? WHERE row = ? RETURNING *";
    return context.connection.all(sql, target, alias, number(row, "row")).map(handleOf);
  });
}

function allOutstanding(context: StoreContext, sessionId: string): string[] {
  return [...outstandingClaims(context, sessionId, "inbox"), ...outstandingClaims(context, sessionId, "answer")];
}
