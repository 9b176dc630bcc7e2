/** Sessions in memory: attached, listed, closed with or without a hand-over to the parent. */
import type { HandleRecord, LedgerOperations } from "../ledger.ts";
import { refuseFenced, sessionClosed } from "../refusals.ts";
import { aliasWithin, progressKind, resultKind } from "../rules.ts";
import { acknowledge, drop, lapse, outstandingClaims, settle } from "./mail.ts";
import {
  type MemoryState,
  requireOpenSession,
  requireReader,
  type StoredHandle,
  type StoredMessage,
  type StoredSession,
} from "./state.ts";

type SessionOperations = Pick<LedgerOperations, "attach" | "session" | "sessions" | "closeSession">;

export function sessionOperations(state: MemoryState): SessionOperations {
  return {
    attach({ sessionId, parentId, onClose, lastClaim, notAfter, now }) {
      const session = state.sessions.get(sessionId);
      if (session === undefined) {
        if (parentId !== null) requireOpenSession(state, parentId);
        const record = {
          sessionId,
          parentId,
          onClose,
          state: "open",
          readerEpoch: 1,
          createdAt: now,
          attachedAt: now,
        } as const;
        state.sessions.set(sessionId, {
          record,
          lastSequence: 0,
          lastAlias: 0,
          undelivered: new Map(),
          dedupe: new Map(),
        });
        return record;
      }
      if (session.record.state === "closed") throw sessionClosed(sessionId);
      refuseFenced(session.record, notAfter);
      session.record = { ...session.record, onClose, readerEpoch: session.record.readerEpoch + 1, attachedAt: now };
      for (const claim of outstandingClaims(state, sessionId, "answer")) lapse(state, session, claim);
      for (const claim of outstandingClaims(state, sessionId, "inbox"))
        if (claim.claimId === lastClaim) settle(session, claim);
      return session.record;
    },

    session: ({ sessionId }) => state.sessions.get(sessionId)?.record ?? null,

    sessions: ({ state: wanted }) =>
      [...state.sessions.values()]
        .map(({ record }) => record)
        .filter((record) => wanted === null || record.state === wanted),

    closeSession({ handOver, ...reader }) {
      const session = requireReader(state, reader);
      if (session.record.state === "closed") return { parentId: null, moved: [] };
      const parent = state.sessions.get(session.record.parentId ?? "");
      session.record = { ...session.record, state: "closed" };
      state.touch(`inbox:${reader.sessionId}`);
      if (!handOver || parent?.record.state !== "open") {
        settleAll(state, session);
        return { parentId: null, moved: [] };
      }
      return { parentId: parent.record.sessionId, moved: moveTo(state, session, parent) };
    },
  };
}

/** The close's answer carries what was undelivered. */
function settleAll(state: MemoryState, session: StoredSession): void {
  const { sessionId } = session.record;
  const claims = [...outstandingClaims(state, sessionId, "inbox"), ...outstandingClaims(state, sessionId, "answer")];
  for (const claim of claims) settle(session, claim);
  for (const message of [...session.undelivered.values()]) acknowledge(session, message);
}

function moveTo(state: MemoryState, session: StoredSession, parent: StoredSession): HandleRecord[] {
  const { sessionId } = session.record;
  const target = parent.record.sessionId;
  const claims = [...outstandingClaims(state, sessionId, "inbox"), ...outstandingClaims(state, sessionId, "answer")];
  for (const claim of claims) lapse(state, session, claim);
  const moved = heritable(state, session);
  for (const handle of moved) handle.record = { ...handle.record, sessionId: target, alias: ++parent.lastAlias };
  for (const message of [...session.undelivered.values()]) {
    if (stillWorthIt(state, message)) moveMessage(state, session, parent, message);
    else drop(state, session, message);
  }
  for (const [key, first] of session.dedupe) if (!parent.dedupe.has(key)) parent.dedupe.set(key, first);
  session.dedupe.clear();
  state.touch(`inbox:${target}`);
  return moved.map(({ record }) => record);
}

/** Progress of what does not run any more is no news to the parent. */
function stillWorthIt(state: MemoryState, { record }: StoredMessage): boolean {
  return record.kind !== progressKind || (record.handleId !== null && state.running.has(record.handleId));
}

/** What runs, and what ended with a result that nobody got: the parent must be able to read its output. In order of placement. */
function heritable(state: MemoryState, session: StoredSession): StoredHandle[] {
  const results = [...session.undelivered.values()].filter(({ record }) => record.kind === resultKind);
  const wanted = new Set([...state.running, ...results.map(({ record }) => record.handleId)]);
  return [...state.handles.values()].filter(
    ({ record }) => record.sessionId === session.record.sessionId && wanted.has(record.handleId),
  );
}

function moveMessage(state: MemoryState, from: StoredSession, to: StoredSession, message: StoredMessage): void {
  const { messageId, handleId } = message.record;
  const { sessionId } = to.record;
  const alias = aliasWithin(state.handles.get(handleId ?? "")?.record ?? null, sessionId);
  from.undelivered.delete(messageId);
  message.record = { ...message.record, sessionId, alias, sequence: ++to.lastSequence };
  to.undelivered.set(messageId, message);
}
