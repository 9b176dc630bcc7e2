/** The inbox in the database: what is posted and recorded, claimed and acknowledged. */
import type {
  ClaimRecord,
  HandleRecord,
  LedgerOperations,
  MessageRecord,
  NewMessage,
  Reader,
  RecordRequest,
} from "../ledger.ts";
import { idTaken, inboxFull, sessionClosed } from "../refusals.ts";
import { claimBytes, countWithin, isTerminal, progressKind, resultKind, rowLimit } from "../rules.ts";
import type { Row } from "./connection.ts";
import {
  findHandle,
  owns,
  requireHandle,
  requireOpenSession,
  requireReader,
  requireSession,
  type StoreContext,
} from "./lookups.ts";
import {
  append,
  insertClaim,
  lapse,
  makeRoom,
  messagesOf,
  outstandingClaims,
  replaceUnread,
  settle,
  unreadOf,
} from "./mail.ts";
import { messageOf, number, text } from "./rows.ts";

type InboxOperations = Pick<
  LedgerOperations,
  "record" | "post" | "pending" | "unread" | "claim" | "claimHandle" | "ack" | "release"
>;

export function inboxOperations(context: StoreContext): InboxOperations {
  const { connection } = context;
  return {
    record(request) {
      const handle = requireHandle(context, request.handleId);
      const { sessionId } = handle;
      if (handle.state === "ended") return { status: "already_recorded", sessionId };
      if (!owns(context, request.ticket, handle)) return { status: "fenced" };
      if (findMessage(context, request.message.messageId) !== null) throw idTaken("message", request.message.messageId);
      if (request.answer !== null) refuseTaken(context, request.answer);
      const report = JSON.stringify(request.report);
      end(context, request, report);
      return {
        status: "recorded",
        sessionId,
        message: deliver(context, handle, request, report),
        answered: request.answer !== null,
      };
    },

    post({ sessionId, handleId, message }) {
      requireOpenSession(context, sessionId);
      const first = findMessage(context, message.messageId);
      if (first !== null && first.sessionId !== sessionId) throw idTaken("message", message.messageId);
      if (first !== null) return first;
      if (isKnown(context, sessionId, message) || isLate(context, message, handleId)) return null;
      replaceUnread(context, sessionId, message);
      const room = makeRoom(context, sessionId);
      if (room || isTerminal(message.kind))
        return append(context, message, { sessionId, handleId, state: "unread", claimId: null });
      if (message.kind === progressKind) return null;
      throw inboxFull(sessionId, context.maxUnreadPerSession);
    },

    pending({ sessionId }) {
      requireSession(context, sessionId);
      const row = connection.get(
        `SELECT unread, unread_terminal, (SELECT count(*) FROM messages JOIN claims USING (claim_id)
           WHERE claims.session_id = ?1 AND claims.kind = 'inbox' AND claims.state = 'outstanding' AND messages.state = 'claimed'
         ) AS claimed FROM sessions WHERE session_id = ?1`,
        sessionId,
      ) as Row;
      return {
        messages: number(row, "unread"),
        terminal: number(row, "unread_terminal"),
        claimed: number(row, "claimed"),
      };
    },

    unread({ sessionId, limit }) {
      requireSession(context, sessionId);
      return unreadOf(context, sessionId, limit);
    },

    claim({ claimId, tag, maxMessages, maxBytes, ...reader }) {
      const { sessionId } = reader;
      if (requireReader(context, reader).state === "closed") throw sessionClosed(sessionId);
      const [outstanding] = outstandingClaims(context, sessionId, "inbox");
      if (outstanding !== undefined) return claimRecord(context, outstanding, true);
      refuseTaken(context, claimId);
      const rows = nextWithin(context, sessionId, { maxMessages, maxBytes });
      if (rows.length === 0) return null;
      insertClaim(context, { claimId, sessionId, kind: "inbox", tag, maxBytes });
      const sql = "UPDATE messages SET state = 'claimed', claim_id = ? WHERE row IN (SELECT value FROM json_each(?))";
      connection.run(sql, claimId, JSON.stringify(rows));
      return claimRecord(context, claimId, false);
    },

    claimHandle({ handleId, claimId, ...reader }) {
      const { sessionId } = reader;
      if (requireReader(context, reader).state === "closed") throw sessionClosed(sessionId);
      const found = connection.get(
        `SELECT messages.row, message_id, messages.state, claim_id, claims.kind AS claim_kind
         FROM messages LEFT JOIN claims USING (claim_id)
         WHERE handle_id = ? AND messages.session_id = ? AND messages.kind = '${resultKind}' AND messages.state <> 'acked'
         ORDER BY sequence LIMIT 1`,
        handleId,
        sessionId,
      );
      if (found === undefined) return null;
      const answer = { claimId, messageId: text(found, "message_id") };
      if (found["state"] === "claimed")
        return found["claim_id"] === claimId && found["claim_kind"] === "answer" ? answer : null;
      refuseTaken(context, claimId);
      insertClaim(context, { claimId, sessionId, kind: "answer" });
      connection.run(
        "UPDATE messages SET state = 'claimed', claim_id = ? WHERE row = ?",
        claimId,
        number(found, "row"),
      );
      return answer;
    },

    ack({ claimId, ...reader }) {
      if (returnAnswer(context, claimId, reader)) return false;
      requireReader(context, reader);
      const state = claimState(context, reader.sessionId, claimId);
      if (state === "outstanding") settle(context, claimId);
      return state !== null;
    },

    release({ claimId, ...reader }) {
      if (returnAnswer(context, claimId, reader)) return true;
      requireReader(context, reader);
      if (claimState(context, reader.sessionId, claimId) !== "outstanding") return false;
      lapse(context, reader.sessionId, claimId);
      return true;
    },
  };
}

function end({ connection }: StoreContext, { handleId, artifacts, endedAt }: RecordRequest, report: string): void {
  const sql = "UPDATE handles SET state = 'ended', report = ?, artifacts = ?, ended_at = ? WHERE handle_id = ?";
  connection.run(sql, report, artifacts, endedAt, handleId);
  connection.run(
    `DELETE FROM messages WHERE handle_id = ? AND kind = '${progressKind}' AND state = 'unread'`,
    handleId,
  );
}

/** Appends a handle's terminal message: whatever the bound says, born claimed by an answer, read by nobody in a closed session. */
function deliver(
  context: StoreContext,
  { handleId, sessionId }: HandleRecord,
  { message, answer }: RecordRequest,
  report: string,
): MessageRecord {
  const closed = requireSession(context, sessionId).state === "closed";
  replaceUnread(context, sessionId, message);
  makeRoom(context, sessionId);
  if (answer !== null)
    insertClaim(context, { claimId: answer, sessionId, kind: "answer", state: closed ? "acked" : "outstanding" });
  const state = closed ? "acked" : answer === null ? "unread" : "claimed";
  return append(context, message, { sessionId, handleId, state, claimId: answer, report });
}

function findMessage({ connection }: StoreContext, messageId: string): MessageRecord | null {
  const row = connection.get("SELECT * FROM mail WHERE message_id = ?", messageId);
  return row === undefined ? null : messageOf(row);
}

function isKnown({ connection }: StoreContext, sessionId: string, { dedupe }: NewMessage): boolean {
  if (dedupe === undefined) return false;
  return connection.get("SELECT 1 FROM dedupe WHERE session_id = ? AND key = ?", sessionId, dedupe) !== undefined;
}

/** No progress follows a result. */
function isLate(context: StoreContext, { kind }: NewMessage, handleId: string | null): boolean {
  return kind === progressKind && handleId !== null && findHandle(context, handleId)?.state !== "running";
}

/** Row numbers of the messages that the next claim takes. */
function nextWithin(
  { connection }: StoreContext,
  sessionId: string,
  bounds: { maxMessages: number; maxBytes: number },
): number[] {
  const waiting = connection.all(
    `SELECT row, body_bytes FROM messages WHERE session_id = ? AND state = 'unread' ORDER BY priority DESC, sequence LIMIT ?`,
    sessionId,
    Math.max(1, rowLimit(bounds.maxMessages)),
  );
  const count = countWithin(
    waiting.map((row) => claimBytes(number(row, "body_bytes"))),
    bounds,
  );
  return waiting.slice(0, count).map((row) => number(row, "row"));
}

function claimState({ connection }: StoreContext, sessionId: string, claimId: string): "outstanding" | "acked" | null {
  const row = connection.get("SELECT state FROM claims WHERE claim_id = ? AND session_id = ?", claimId, sessionId);
  return row === undefined ? null : (text(row, "state") as "outstanding" | "acked");
}

/** The answer of a reader that was fenced before it ended has carried nothing: the present reader gets the message. */
function returnAnswer(context: StoreContext, claimId: string, { sessionId, readerEpoch }: Reader): boolean {
  if (requireSession(context, sessionId).readerEpoch === readerEpoch) return false;
  if (!outstandingClaims(context, sessionId, "answer").includes(claimId)) return false;
  lapse(context, sessionId, claimId);
  return true;
}

function refuseTaken({ connection }: StoreContext, claimId: string): void {
  if (connection.get("SELECT 1 FROM claims WHERE claim_id = ?", claimId) !== undefined) throw idTaken("claim", claimId);
}

function claimRecord(context: StoreContext, claimId: string, repeated: boolean): ClaimRecord {
  const row = context.connection.get("SELECT * FROM claims WHERE claim_id = ?", claimId) as Row;
  return {
    claimId,
    tag: text(row, "tag"),
    maxBytes: number(row, "max_bytes"),
    repeated,
    messages: messagesOf(context, claimId),
  };
}
