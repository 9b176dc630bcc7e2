/** What the in-memory ledger holds, and the look-ups every operation starts with. */
import type {
  AttachRequest,
  HandleRecord,
  HostRecord,
  HostTicket,
  MessageRecord,
  Reader,
  SessionRecord,
  Topic,
} from "../ledger.ts";
import { hostFenced, notFound, readerFenced, sessionClosed } from "../refusals.ts";

export interface StoredMessage {
  record: MessageRecord;
  state: "unread" | "claimed" | "acked";
  /** The claim it is in, or was acked by. */
  claimId: string | null;
  readonly coalesce: string | null;
  readonly bodyBytes: number;
}

export interface StoredClaim {
  readonly claimId: string;
  readonly sessionId: string;
  readonly kind: "inbox" | "answer";
  readonly tag: string;
  readonly maxBytes: number;
  state: "outstanding" | "acked";
}

export interface StoredHandle {
  record: HandleRecord;
  /** Where it was placed: a repeat finds it there, wherever it moved. */
  readonly placedIn: string;
  readonly requestId: string;
}

export interface StoredSession {
  record: SessionRecord;
  lastSequence: number;
  lastAlias: number;
  /** Unread and claimed messages by id, in order of sequence. */
  readonly undelivered: Map<string, StoredMessage>;
  readonly dedupe: Map<string, { readonly messageId: string; readonly createdAt: number }>;
}

export interface MemoryState {
  readonly hosts: Map<string, HostRecord>;
  readonly sessions: Map<string, StoredSession>;
  readonly handles: Map<string, StoredHandle>;
  /** The ids of running handles: few, where handles may be many. */
  readonly running: Set<string>;
  /** `placedIn` and request id, as JSON, to handle id. */
  readonly requests: Map<string, string>;
  readonly messages: Map<string, StoredMessage>;
  readonly claims: Map<string, StoredClaim>;
  readonly maxUnreadPerSession: number;
  readonly touch: (topic: Topic) => void;
}

export function isCurrent(state: MemoryState, ticket: HostTicket): boolean {
  const host = state.hosts.get(ticket.hostId);
  return host?.alive === true && host.epoch === ticket.epoch;
}

export function requireHost(state: MemoryState, ticket: HostTicket): void {
  if (!isCurrent(state, ticket)) throw hostFenced(ticket);
}

/** Whether the ticket is current and the handle belongs to it. */
export function owns(state: MemoryState, ticket: HostTicket, handle: HandleRecord): boolean {
  return isCurrent(state, ticket) && handle.hostId === ticket.hostId && handle.epoch === ticket.epoch;
}

export function requireHandle(state: MemoryState, handleId: string): StoredHandle {
  const handle = state.handles.get(handleId);
  if (handle === undefined) throw notFound("handle", handleId);
  return handle;
}

export function requireSession(state: MemoryState, sessionId: AttachRequest["sessionId"]): StoredSession {
  const session = state.sessions.get(sessionId);
  if (session === undefined) throw notFound("session", sessionId);
  return session;
}

export function requireOpenSession(state: MemoryState, sessionId: string): StoredSession {
  const session = requireSession(state, sessionId);
  if (session.record.state === "closed") throw sessionClosed(sessionId);
  return session;
}

/** The session of its current reader. `conflict` for any other epoch. */
export function requireReader(state: MemoryState, reader: Reader): StoredSession {
  const session = requireSession(state, reader.sessionId);
  if (session.record.readerEpoch !== reader.readerEpoch) throw readerFenced(reader, session.record.readerEpoch);
  return session;
}

export function runningHandles(state: MemoryState): StoredHandle[] {
  return [...state.running].flatMap((handleId) => state.handles.get(handleId) ?? []);
}
