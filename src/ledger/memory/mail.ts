/** How messages enter, change state and leave in memory: the steps that the operations are made of. */
import type { HandleRecord, MessageRecord, NewMessage } from "../ledger.ts";
import { composeMessage, progressKind } from "../rules.ts";
import type { MemoryState, StoredClaim, StoredMessage, StoredSession } from "./state.ts";

export function append(
  state: MemoryState,
  session: StoredSession,
  message: NewMessage,
  handleId: string | null,
): StoredMessage {
  const { sessionId } = session.record;
  const handle: HandleRecord | null = state.handles.get(handleId ?? "")?.record ?? null;
  session.lastSequence += 1;
  const stored: StoredMessage = {
    record: composeMessage(message, { sessionId, sequence: session.lastSequence, handleId, handle }),
    state: "unread",
    claimId: null,
    coalesce: message.coalesce ?? null,
    bodyBytes: Buffer.byteLength(JSON.stringify(message.body)),
  };
  const { messageId, createdAt } = message;
  if (message.dedupe !== undefined && !session.dedupe.has(message.dedupe))
    session.dedupe.set(message.dedupe, { messageId, createdAt });
  state.messages.set(messageId, stored);
  session.undelivered.set(messageId, stored);
  state.touch(`inbox:${sessionId}`);
  return stored;
}

/** Forgets an unread message for good: progress that was overtaken. */
export function drop(state: MemoryState, session: StoredSession, message: StoredMessage): void {
  state.messages.delete(message.record.messageId);
  session.undelivered.delete(message.record.messageId);
}

export function unreadOf(session: StoredSession): StoredMessage[] {
  return [...session.undelivered.values()].filter((message) => message.state === "unread");
}

/** Makes room for one more unread message by dropping the oldest progress. False when the inbox stays full. */
export function makeRoom(state: MemoryState, session: StoredSession): boolean {
  const unread = unreadOf(session);
  let left = unread.length;
  for (const message of unread) {
    if (left < state.maxUnreadPerSession) break;
    if (message.record.kind !== progressKind) continue;
    drop(state, session, message);
    left -= 1;
  }
  return left < state.maxUnreadPerSession;
}

/** Priority first, then sequence. */
export function inDeliveryOrder(messages: readonly StoredMessage[]): StoredMessage[] {
  return messages.toSorted((a, b) => b.record.priority - a.record.priority || a.record.sequence - b.record.sequence);
}

export function messagesOf(session: StoredSession, claimId: string): StoredMessage[] {
  return [...session.undelivered.values()].filter(
    (message) => message.state === "claimed" && message.claimId === claimId,
  );
}

export function outstandingClaims(state: MemoryState, sessionId: string, kind: StoredClaim["kind"]): StoredClaim[] {
  return [...state.claims.values()].filter(
    (claim) => claim.sessionId === sessionId && claim.kind === kind && claim.state === "outstanding",
  );
}

export function acknowledge(session: StoredSession, message: StoredMessage): void {
  message.state = "acked";
  session.undelivered.delete(message.record.messageId);
}

export function settle(session: StoredSession, claim: StoredClaim): void {
  claim.state = "acked";
  for (const message of messagesOf(session, claim.claimId)) acknowledge(session, message);
}

/** The claim never was: its messages are unread again. */
export function lapse(state: MemoryState, session: StoredSession, claim: StoredClaim): void {
  state.claims.delete(claim.claimId);
  for (const message of messagesOf(session, claim.claimId)) {
    message.state = "unread";
    message.claimId = null;
    message.record = { ...message.record, redelivered: true };
  }
  state.touch(`inbox:${session.record.sessionId}`);
}

export function records(messages: readonly StoredMessage[]): MessageRecord[] {
  return messages.map(({ record }) => record);
}
