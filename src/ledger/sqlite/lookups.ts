/** What every operation on the database starts with: the row it is about, or the refusal. */
import type { HandleRecord, HostTicket, Reader, SessionRecord, Topic } from "../ledger.ts";
import { notFound, readerFenced, sessionClosed } from "../refusals.ts";
import type { Connection } from "./connection.ts";
import { handleOf, sessionOf } from "./rows.ts";

/** What the operations share. */
export interface StoreContext {
  readonly connection: Connection;
  readonly maxUnreadPerSession: number;
  readonly touch: (topic: Topic) => void;
}

export function isCurrent({ connection }: StoreContext, { hostId, epoch }: HostTicket): boolean {
  return (
    connection.get("SELECT 1 FROM hosts WHERE host_id = ? AND epoch = ? AND alive = 1", hostId, epoch) !== undefined
  );
}

/** Whether the ticket is current and the handle belongs to it. */
export function owns(context: StoreContext, ticket: HostTicket, handle: HandleRecord): boolean {
  return handle.hostId === ticket.hostId && handle.epoch === ticket.epoch && isCurrent(context, ticket);
}

export function findHandle({ connection }: StoreContext, handleId: string): HandleRecord | null {
  const row = connection.get("SELECT * FROM handles WHERE handle_id = ?", handleId);
  return row === undefined ? null : handleOf(row);
}

export function requireHandle(context: StoreContext, handleId: string): HandleRecord {
  const handle = findHandle(context, handleId);
  if (handle === null) throw notFound("handle", handleId);
  return handle;
}

export function findSession({ connection }: StoreContext, sessionId: string): SessionRecord | null {
  const row = connection.get("SELECT * FROM sessions WHERE session_id = ?", sessionId);
  return row === undefined ? null : sessionOf(row);
}

export function requireSession(context: StoreContext, sessionId: string): SessionRecord {
  const session = findSession(context, sessionId);
  if (session === null) throw notFound("session", sessionId);
  return session;
}

export function requireOpenSession(context: StoreContext, sessionId: string): SessionRecord {
  const session = requireSession(context, sessionId);
  if (session.state === "closed") throw sessionClosed(sessionId);
  return session;
}

/** The session of its current reader. `conflict` for any other epoch. */
export function requireReader(context: StoreContext, reader: Reader): SessionRecord {
  const session = requireSession(context, reader.sessionId);
  if (session.readerEpoch !== reader.readerEpoch) throw readerFenced(reader, session.readerEpoch);
  return session;
}

/** The next number of a session: aliases of handles, sequences of messages. The session's own row orders the writers. */
export function nextNumber(
  { connection }: StoreContext,
  sessionId: string,
  column: "last_alias" | "last_sequence",
): number {
  const sql = `UPDATE sessions SET ${column} = ${column} + 1 WHERE session_id = ? RETURNING ${column} AS number`;
  return Number(connection.get(sql, sessionId)?.["number"]);
}
