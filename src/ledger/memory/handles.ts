/** Handles in memory: placed, noted, wished away, found. Their end is in `mail.ts`, because it is a message too. */
import type { HandleRecord, LedgerOperations } from "../ledger.ts";
import { hostFenced, idTaken, inboxFull, sessionClosed } from "../refusals.ts";
import { aliasNumber, isTerminal, rowLimit } from "../rules.ts";
import {
  isCurrent,
  type MemoryState,
  owns,
  requireHandle,
  requireSession,
  runningHandles,
  type StoredSession,
} from "./state.ts";

type HandleOperations = Pick<
  LedgerOperations,
  "place" | "note" | "cancel" | "cancels" | "get" | "find" | "list" | "expireArtifacts"
>;

export function handleOperations(state: MemoryState): HandleOperations {
  /** Oldest first. In a session that is the order of aliases: what moved there is newer than what was there. */
  const all = (sessionId: string | null): HandleRecord[] => {
    const handles = [...state.handles.values()].map(({ record }) => record);
    if (sessionId === null) return handles;
    return handles.filter((handle) => handle.sessionId === sessionId).sort((a, b) => a.alias - b.alias);
  };

  return {
    place({ ticket, ...request }) {
      const { requestId } = request;
      const requestKey = JSON.stringify([request.sessionId, requestId]);
      const first = state.handles.get(state.requests.get(requestKey) ?? "");
      if (first !== undefined) return { handle: first.record, existing: true };
      const session = requireSession(state, request.sessionId);
      if (session.record.state === "closed") throw sessionClosed(request.sessionId);
      if (!isCurrent(state, ticket)) throw hostFenced(ticket);
      if (state.handles.has(request.handleId)) throw idTaken("handle", request.handleId);
      const { maxUnreadPerSession } = state;
      if (owed(state, session) >= maxUnreadPerSession) throw inboxFull(request.sessionId, maxUnreadPerSession);
      const handle: HandleRecord = {
        handleId: request.handleId,
        sessionId: request.sessionId,
        alias: ++session.lastAlias,
        hostId: ticket.hostId,
        epoch: ticket.epoch,
        callId: request.callId,
        label: request.label,
        lifetime: request.lifetime,
        spec: request.spec,
        createdAt: request.createdAt,
        state: "running",
        notes: {},
        report: null,
        artifacts: "kept",
        cancel: null,
        endedAt: null,
      };
      state.handles.set(handle.handleId, { record: handle, placedIn: request.sessionId, requestId });
      state.running.add(handle.handleId);
      state.requests.set(requestKey, handle.handleId);
      return { handle, existing: false };
    },

    note({ handleId, ticket, notes }) {
      const handle = requireHandle(state, handleId);
      if (handle.record.state === "ended" || !owns(state, ticket, handle.record)) return false;
      handle.record = { ...handle.record, notes: { ...handle.record.notes, ...notes } };
      return true;
    },

    cancel({ handleId, wish }) {
      const handle = requireHandle(state, handleId);
      if (handle.record.state === "ended") return false;
      // Asking again repeats the hint, which may have been lost, but never the wish.
      state.touch(`cancel:${handleId}`);
      state.touch(`cancel:${handle.record.hostId}`);
      if (handle.record.cancel !== null) return false;
      handle.record = { ...handle.record, cancel: wish };
      return true;
    },

    cancels: ({ ticket }) =>
      runningHandles(state)
        .map(({ record }) => record)
        .filter((record) => record.cancel !== null && owns(state, ticket, record)),

    get: ({ handleId }) => state.handles.get(handleId)?.record ?? null,

    find({ sessionId, name }) {
      const handles = all(sessionId).reverse();
      const alias = aliasNumber(name);
      const exact = handles.filter((handle) => handle.handleId === name || handle.alias === alias);
      if (exact.length > 0 || name === "") return exact;
      return handles.filter((handle) => handle.handleId.startsWith(name));
    },

    list: ({ sessionId, state: wanted, limit }) =>
      all(sessionId)
        .filter((handle) => wanted === null || handle.state === wanted)
        .reverse()
        .slice(0, rowLimit(limit)),

    expireArtifacts({ handleIds }) {
      for (const handleId of handleIds) {
        const handle = state.handles.get(handleId);
        if (handle?.record.artifacts === "kept") handle.record = { ...handle.record, artifacts: "expired" };
      }
    },
  };
}

/** What the session's inbox holds or will have to hold whatever happens. */
function owed(state: MemoryState, session: StoredSession): number {
  const undelivered = [...session.undelivered.values()].filter(({ record }) => isTerminal(record.kind)).length;
  return (
    undelivered + runningHandles(state).filter(({ record }) => record.sessionId === session.record.sessionId).length
  );
}
