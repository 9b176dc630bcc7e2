/** The inbox in memory: what is posted and recorded, claimed and acknowledged. */
import type { ClaimRecord, LedgerOperations, MessageRecord, NewMessage, Reader, RecordRequest } from "../ledger.ts";
import { idTaken, inboxFull, sessionClosed } from "../refusals.ts";
import { claimBytes, countWithin, isTerminal, progressKind, resultKind, rowLimit } from "../rules.ts";
import {
  acknowledge,
  append,
  drop,
  inDeliveryOrder,
  lapse,
  makeRoom,
  messagesOf,
  outstandingClaims,
  records,
  settle,
  unreadOf,
} from "./mail.ts";
import {
  type MemoryState,
  owns,
  requireHandle,
  requireOpenSession,
  requireReader,
  requireSession,
  type StoredClaim,
  type StoredSession,
} from "./state.ts";

type InboxOperations = Pick<
  LedgerOperations,
  "record" | "post" | "pending" | "unread" | "claim" | "claimHandle" | "ack" | "release"
>;

export function inboxOperations(state: MemoryState): InboxOperations {
  return {
    record(request) {
      const handle = requireHandle(state, request.handleId);
      const session = requireSession(state, handle.record.sessionId);
      const { sessionId } = handle.record;
      if (handle.record.state === "ended") return { status: "already_recorded", sessionId };
      if (!owns(state, request.ticket, handle.record)) return { status: "fenced" };
      if (state.messages.has(request.message.messageId)) throw idTaken("message", request.message.messageId);
      if (request.answer !== null && state.claims.has(request.answer)) throw idTaken("claim", request.answer);
      const { report, artifacts, endedAt } = request;
      handle.record = { ...handle.record, state: "ended", report, artifacts, endedAt };
      state.running.delete(request.handleId);
      for (const message of unreadOf(session)) {
        const { kind, handleId } = message.record;
        if (kind === progressKind && handleId === request.handleId) drop(state, session, message);
      }
      return {
        status: "recorded",
        sessionId,
        message: deliver(state, session, request),
        answered: request.answer !== null,
      };
    },

    post({ sessionId, handleId, message }) {
      const session = requireOpenSession(state, sessionId);
      const first = state.messages.get(message.messageId)?.record;
      if (first !== undefined && first.sessionId !== sessionId) throw idTaken("message", message.messageId);
      if (first !== undefined) return first;
      if (isKnown(session, message) || isLate(state, message, handleId)) return null;
      replaceUnread(state, session, message);
      const room = makeRoom(state, session);
      if (room || isTerminal(message.kind)) return append(state, session, message, handleId).record;
      if (message.kind === progressKind) return null;
      throw inboxFull(sessionId, state.maxUnreadPerSession);
    },

    pending({ sessionId }) {
      const session = requireSession(state, sessionId);
      const unread = unreadOf(session);
      const claimed = outstandingClaims(state, sessionId, "inbox").map(
        (claim) => messagesOf(session, claim.claimId).length,
      );
      return {
        messages: unread.length,
        terminal: unread.filter(({ record }) => isTerminal(record.kind)).length,
        claimed: claimed[0] ?? 0,
      };
    },

    unread: ({ sessionId, limit }) =>
      records(inDeliveryOrder(unreadOf(requireSession(state, sessionId))).slice(0, rowLimit(limit))),

    claim({ claimId, tag, maxMessages, maxBytes, ...reader }) {
      const session = requireReader(state, reader);
      if (session.record.state === "closed") throw sessionClosed(reader.sessionId);
      const outstanding = outstandingClaims(state, reader.sessionId, "inbox")[0];
      if (outstanding !== undefined) return claimRecord(session, outstanding, true);
      if (state.claims.has(claimId)) throw idTaken("claim", claimId);
      const waiting = inDeliveryOrder(unreadOf(session));
      const count = countWithin(
        waiting.map(({ bodyBytes }) => claimBytes(bodyBytes)),
        { maxMessages, maxBytes },
      );
      if (count === 0) return null;
      const claim: StoredClaim = {
        claimId,
        sessionId: reader.sessionId,
        kind: "inbox",
        tag,
        maxBytes,
        state: "outstanding",
      };
      state.claims.set(claimId, claim);
      for (const message of waiting.slice(0, count)) Object.assign(message, { state: "claimed", claimId });
      return claimRecord(session, claim, false);
    },

    claimHandle({ handleId, claimId, ...reader }) {
      const session = requireReader(state, reader);
      if (session.record.state === "closed") throw sessionClosed(reader.sessionId);
      const message = [...session.undelivered.values()].find(
        ({ record }) => record.kind === resultKind && record.handleId === handleId,
      );
      if (message === undefined) return null;
      const { messageId } = message.record;
      if (message.state === "claimed") {
        const repeat = message.claimId === claimId && state.claims.get(claimId)?.kind === "answer";
        return repeat ? { claimId, messageId } : null;
      }
      if (state.claims.has(claimId)) throw idTaken("claim", claimId);
      state.claims.set(claimId, answerClaim(claimId, reader.sessionId));
      Object.assign(message, { state: "claimed", claimId });
      return { claimId, messageId };
    },

    ack({ claimId, ...reader }) {
      if (returnAnswer(state, claimId, reader)) return false;
      const session = requireReader(state, reader);
      const claim = state.claims.get(claimId);
      if (claim?.sessionId !== reader.sessionId) return false;
      if (claim.state === "outstanding") settle(session, claim);
      return true;
    },

    release({ claimId, ...reader }) {
      if (returnAnswer(state, claimId, reader)) return true;
      const session = requireReader(state, reader);
      const claim = state.claims.get(claimId);
      if (claim?.sessionId !== reader.sessionId || claim.state === "acked") return false;
      lapse(state, session, claim);
      return true;
    },
  };
}

/** The answer of a reader that was fenced before it ended has carried nothing: the present reader gets the message. */
function returnAnswer(state: MemoryState, claimId: string, { sessionId, readerEpoch }: Reader): boolean {
  const session = requireSession(state, sessionId);
  if (session.record.readerEpoch === readerEpoch) return false;
  const claim = outstandingClaims(state, sessionId, "answer").find((answer) => answer.claimId === claimId);
  if (claim === undefined) return false;
  lapse(state, session, claim);
  return true;
}

/** Appends a handle's terminal message: whatever the bound says, born claimed by an answer, read by nobody in a closed session. */
function deliver(state: MemoryState, session: StoredSession, request: RecordRequest): MessageRecord {
  replaceUnread(state, session, request.message);
  makeRoom(state, session);
  const message = append(state, session, request.message, request.handleId);
  const { answer } = request;
  const closed = session.record.state === "closed";
  if (answer !== null) {
    state.claims.set(answer, {
      ...answerClaim(answer, session.record.sessionId),
      state: closed ? "acked" : "outstanding",
    });
    Object.assign(message, { state: "claimed", claimId: answer });
  }
  if (closed) acknowledge(session, message);
  return message.record;
}

function isKnown(session: StoredSession, { dedupe }: NewMessage): boolean {
  return dedupe !== undefined && session.dedupe.has(dedupe);
}

/** No progress follows a result. */
function isLate(state: MemoryState, { kind }: NewMessage, handleId: string | null): boolean {
  return kind === progressKind && handleId !== null && !state.running.has(handleId);
}

function replaceUnread(state: MemoryState, session: StoredSession, { coalesce }: NewMessage): void {
  if (coalesce === undefined) return;
  for (const message of unreadOf(session)) if (message.coalesce === coalesce) drop(state, session, message);
}

/** Answers are not rendered again, so they keep neither tag nor budget. */
function answerClaim(claimId: string, sessionId: string): StoredClaim {
  return { claimId, sessionId, kind: "answer", tag: "", maxBytes: 0, state: "outstanding" };
}

function claimRecord(session: StoredSession, claim: StoredClaim, repeated: boolean): ClaimRecord {
  const { claimId, tag, maxBytes } = claim;
  return { claimId, tag, maxBytes, repeated, messages: records(inDeliveryOrder(messagesOf(session, claimId))) };
}
