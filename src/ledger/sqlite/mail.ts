/** How messages enter, change state and leave in the database: the steps that the operations are made of. */
import type { MessageRecord, NewMessage } from "../ledger.ts";
import { composeMessage, isTerminal, progressKind, rowLimit } from "../rules.ts";
import { findHandle, nextNumber, type StoreContext } from "./lookups.ts";
import { messageOf, text } from "./rows.ts";

export interface Arrival {
  readonly sessionId: string;
  readonly handleId: string | null;
  /** How it is born. */
  readonly state: "unread" | "claimed" | "acked";
  readonly claimId: string | null;
  /** The handle's report as it is kept: a body that says the same is not kept again. */
  readonly report?: string;
}

export function append(
  context: StoreContext,
  message: NewMessage,
  { sessionId, handleId, state, claimId, report }: Arrival,
): MessageRecord {
  const { connection } = context;
  const handle = handleId === null ? null : findHandle(context, handleId);
  const sequence = nextNumber(context, sessionId, "last_sequence");
  const record = composeMessage(message, { sessionId, sequence, handleId, handle });
  const body = JSON.stringify(message.body);
  connection.run(
    `INSERT INTO messages (message_id, session_id, sequence, kind, terminal, priority, handle_id, alias, call_id, label, created_at,
       body, body_bytes, state, claim_id, coalesce_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    record.messageId,
    sessionId,
    sequence,
    record.kind,
    Number(isTerminal(record.kind)),
    record.priority,
    handleId,
    record.alias,
    record.callId,
    record.label,
    record.createdAt,
    body === report ? null : body,
    Buffer.byteLength(body),
    state,
    claimId,
    message.coalesce ?? null,
  );
  if (message.dedupe !== undefined) {
    const sql = "INSERT OR IGNORE INTO dedupe (session_id, key, message_id, created_at) VALUES (?, ?, ?, ?)";
    connection.run(sql, sessionId, message.dedupe, record.messageId, record.createdAt);
  }
  context.touch(`inbox:${sessionId}`);
  return record;
}

export function replaceUnread({ connection }: StoreContext, sessionId: string, { coalesce }: NewMessage): void {
  if (coalesce === undefined) return;
  connection.run(
    "DELETE FROM messages WHERE session_id = ? AND coalesce_key = ? AND state = 'unread'",
    sessionId,
    coalesce,
  );
}

/** Makes room for one more unread message by dropping the oldest progress. False when the inbox stays full. */
export function makeRoom({ connection, maxUnreadPerSession }: StoreContext, sessionId: string): boolean {
  const unread = Number(connection.get("SELECT unread FROM sessions WHERE session_id = ?", sessionId)?.["unread"]);
  const excess = unread - maxUnreadPerSession + 1;
  if (excess <= 0) return true;
  const dropped = connection.run(
    `DELETE FROM messages WHERE row IN (SELECT row FROM messages
       WHERE session_id = ? AND state = 'unread' AND kind = '${progressKind}' ORDER BY sequence LIMIT ?)`,
    sessionId,
    excess,
  );
  return dropped === excess;
}

export function unreadOf({ connection }: StoreContext, sessionId: string, limit: number): MessageRecord[] {
  const sql = "SELECT * FROM mail WHERE session_id = ? AND state = 'unread' ORDER BY priority DESC, sequence LIMIT ?";
  return connection.all(sql, sessionId, rowLimit(limit)).map(messageOf);
}

export function messagesOf({ connection }: StoreContext, claimId: string): MessageRecord[] {
  const sql = "SELECT * FROM mail WHERE claim_id = ? AND state = 'claimed' ORDER BY priority DESC, sequence";
  return connection.all(sql, claimId).map(messageOf);
}

export type ClaimKind = "inbox" | "answer";

export function outstandingClaims({ connection }: StoreContext, sessionId: string, kind: ClaimKind): string[] {
  const sql = "SELECT claim_id FROM claims WHERE session_id = ? AND kind = ? AND state = 'outstanding'";
  return connection.all(sql, sessionId, kind).map((row) => text(row, "claim_id"));
}

export interface NewClaim {
  readonly claimId: string;
  readonly sessionId: string;
  readonly kind: ClaimKind;
  /** Answers are not rendered again, so they keep neither tag nor budget. */
  readonly tag?: string;
  readonly maxBytes?: number;
  readonly state?: "outstanding" | "acked";
}

export function insertClaim({ connection }: StoreContext, claim: NewClaim): void {
  const { claimId, sessionId, kind, tag = "", maxBytes = 0, state = "outstanding" } = claim;
  const sql = "INSERT INTO claims (claim_id, session_id, kind, tag, max_bytes, state) VALUES (?, ?, ?, ?, ?, ?)";
  connection.run(sql, claimId, sessionId, kind, tag, maxBytes, state);
}

export function settle({ connection }: StoreContext, claimId: string): void {
  connection.run("UPDATE claims SET state = 'acked' WHERE claim_id = ?", claimId);
  connection.run("UPDATE messages SET state = 'acked' WHERE claim_id = ? AND state = 'claimed'", claimId);
}

/** The claim never was: its messages are unread again. */
export function lapse({ connection, touch }: StoreContext, sessionId: string, claimId: string): void {
  connection.run("DELETE FROM claims WHERE claim_id = ?", claimId);
  const sql =
    "UPDATE messages SET state = 'unread', claim_id = NULL, redelivered = 1 WHERE claim_id = ? AND state = 'claimed'";
  connection.run(sql, claimId);
  touch(`inbox:${sessionId}`);
}
