/** Retention in memory: what is delivered, ended, closed and old goes away. */
import type { LedgerOperations } from "../ledger.ts";
import { rowLimit } from "../rules.ts";
import { type MemoryState, runningHandles } from "./state.ts";

export function pruneOperation(state: MemoryState): Pick<LedgerOperations, "prune"> {
  return {
    prune({ before, limit }) {
      pruneMessages(state, before, limit);
      const freed = pruneHandles(state, before, limit);
      pruneClaims(state);
      pruneSessions(state, before);
      pruneHosts(state, before);
      return freed;
    },
  };
}

function pruneMessages(state: MemoryState, before: number, limit: number): void {
  const old = [...state.messages.values()]
    .filter(({ state: delivery, record }) => delivery === "acked" && record.createdAt < before)
    .sort((a, b) => a.record.createdAt - b.record.createdAt);
  for (const { record } of old.slice(0, rowLimit(limit))) state.messages.delete(record.messageId);
}

/** A handle stays as long as its result was not delivered, whatever its age. */
function pruneHandles(state: MemoryState, before: number, limit: number): string[] {
  const undelivered = new Set<string | null>();
  for (const { state: delivery, record } of state.messages.values())
    if (delivery !== "acked") undelivered.add(record.handleId);
  const old = [...state.handles.values()]
    .filter(({ record }) => record.endedAt !== null && record.endedAt < before && !undelivered.has(record.handleId))
    .sort((a, b) => (a.record.endedAt ?? 0) - (b.record.endedAt ?? 0))
    .slice(0, rowLimit(limit));
  for (const { record, placedIn, requestId } of old) {
    state.handles.delete(record.handleId);
    state.requests.delete(JSON.stringify([placedIn, requestId]));
  }
  return old.map(({ record }) => record.handleId);
}

/** An acknowledged claim is remembered, for a repeated ack, as long as one of its messages is. */
function pruneClaims(state: MemoryState): void {
  const named = new Set([...state.messages.values()].map(({ claimId }) => claimId));
  for (const { claimId } of [...state.claims.values()]) if (!named.has(claimId)) state.claims.delete(claimId);
}

function pruneSessions(state: MemoryState, before: number): void {
  const inUse = new Set<string>();
  for (const { record } of state.messages.values()) inUse.add(record.sessionId);
  for (const { record } of state.handles.values()) inUse.add(record.sessionId);
  for (const session of [...state.sessions.values()]) {
    const { sessionId, attachedAt, state: openness } = session.record;
    if (openness === "closed" && attachedAt < before && !inUse.has(sessionId)) state.sessions.delete(sessionId);
    for (const [key, { messageId, createdAt }] of session.dedupe) {
      if (createdAt < before && !state.messages.has(messageId)) session.dedupe.delete(key);
    }
  }
}

/** A host that is over and owns nothing is of no use to anybody. Without its record its tickets stay fenced. */
function pruneHosts(state: MemoryState, before: number): void {
  const owners = new Set(runningHandles(state).map(({ record }) => record.hostId));
  for (const { hostId, alive, beatAt } of [...state.hosts.values()]) {
    if (!alive && beatAt < before && !owners.has(hostId)) state.hosts.delete(hostId);
  }
}
