/** Handles in the database: placed, noted, wished away, found. Their end is in `inbox.ts`, because it is a message too. */
import type { HandleRecord, LedgerOperations, PlaceRequest } from "../ledger.ts";
import { hostFenced, idTaken, inboxFull } from "../refusals.ts";
import { aliasNumber, rowLimit } from "../rules.ts";
import type { Row } from "./connection.ts";
import {
  findHandle,
  isCurrent,
  nextNumber,
  owns,
  requireHandle,
  requireOpenSession,
  type StoreContext,
} from "./lookups.ts";
import { handleOf } from "./rows.ts";

type HandleOperations = Pick<
  LedgerOperations,
  "place" | "note" | "cancel" | "cancels" | "get" | "find" | "list" | "expireArtifacts"
>;

export function handleOperations(context: StoreContext): HandleOperations {
  const { connection, touch } = context;
  return {
    place(request) {
      const { sessionId, requestId, ticket, handleId } = request;
      const first = connection.get(
        "SELECT * FROM handles WHERE placed_in = ? AND request_id = ?",
        sessionId,
        requestId,
      );
      if (first !== undefined) return { handle: handleOf(first), existing: true };
      requireOpenSession(context, sessionId);
      if (!isCurrent(context, ticket)) throw hostFenced(ticket);
      if (findHandle(context, handleId) !== null) throw idTaken("handle", handleId);
      if (owed(context, sessionId) >= context.maxUnreadPerSession)
        throw inboxFull(sessionId, context.maxUnreadPerSession);
      return { handle: insert(context, request), existing: false };
    },

    note({ handleId, ticket, notes }) {
      const handle = requireHandle(context, handleId);
      if (handle.state === "ended" || !owns(context, ticket, handle)) return false;
      const merged = JSON.stringify({ ...handle.notes, ...notes });
      connection.run("UPDATE handles SET notes = ? WHERE handle_id = ?", merged, handleId);
      return true;
    },

    cancel({ handleId, wish }) {
      const handle = requireHandle(context, handleId);
      if (handle.state === "ended") return false;
      // Asking again repeats the hint, which may have been lost, but never the wish.
      touch(`cancel:${handleId}`);
      touch(`cancel:${handle.hostId}`);
      if (handle.cancel !== null) return false;
      connection.run("UPDATE handles SET cancel = ? WHERE handle_id = ?", JSON.stringify(wish), handleId);
      return true;
    },

    cancels({ ticket }) {
      if (!isCurrent(context, ticket)) return [];
      const sql = `SELECT * FROM handles
        WHERE host_id = ? AND epoch = ? AND state = 'running' AND cancel IS NOT NULL ORDER BY row`;
      return connection.all(sql, ticket.hostId, ticket.epoch).map(handleOf);
    },

    get: ({ handleId }) => findHandle(context, handleId),

    find: ({ sessionId, name }) =>
      sessionId === null ? findAnywhere(context, name) : findWithin(context, sessionId, name),

    list({ sessionId, state, limit }) {
      const [where, values] = conditions({ session_id: sessionId, state });
      // What moved into a session is newer there than what was there.
      const order = sessionId === null ? "row" : "alias";
      return connection
        .all(`SELECT * FROM handles ${where} ORDER BY ${order} DESC LIMIT ?`, ...values, rowLimit(limit))
        .map(handleOf);
    },

    expireArtifacts({ handleIds }) {
      for (const handleId of handleIds) {
        connection.run("UPDATE handles SET artifacts = 'expired' WHERE handle_id = ? AND artifacts = 'kept'", handleId);
      }
    },
  };
}

function insert(context: StoreContext, request: Parameters<LedgerOperations["place"]>[0]): HandleRecord {
  const { handleId, sessionId, requestId, callId, label, lifetime, spec, createdAt, ticket } = request;
  const row = context.connection.get(
    `INSERT INTO handles (handle_id, session_id, alias, placed_in, request_id, host_id, epoch, call_id, label, lifetime, state, spec,
       artifacts, created_at)
     VALUES (?1, ?2, ?3, ?2, ?4, ?5, ?6, ?7, ?8, ?9, 'running', ?10, 'kept', ?11) RETURNING *`,
    handleId,
    sessionId,
    nextNumber(context, sessionId, "last_alias"),
    requestId,
    ticket.hostId,
    ticket.epoch,
    callId,
    label,
    lifetime satisfies PlaceRequest["lifetime"],
    JSON.stringify(spec),
    createdAt,
  );
  return handleOf(row as Row);
}

/** What the session's inbox holds or will have to hold whatever happens. */
function owed({ connection }: StoreContext, sessionId: string): number {
  const row = connection.get(
    `SELECT undelivered_terminal + (SELECT count(*) FROM handles WHERE session_id = ?1 AND state = 'running') AS owed
     FROM sessions WHERE session_id = ?1`,
    sessionId,
  );
  return Number(row?.["owed"]);
}

function findWithin({ connection }: StoreContext, sessionId: string, name: string): HandleRecord[] {
  const exact = connection.all(
    "SELECT * FROM handles WHERE session_id = ?1 AND (handle_id = ?2 OR alias = ?3) ORDER BY alias DESC",
    sessionId,
    name,
    aliasNumber(name),
  );
  if (exact.length > 0 || name === "") return exact.map(handleOf);
  const sql = `SELECT * FROM handles WHERE session_id = ?1 AND ${startsWith} ORDER BY alias DESC`;
  return connection.all(sql, sessionId, name, afterAllThatStartWith(name)).map(handleOf);
}

function findAnywhere({ connection }: StoreContext, name: string): HandleRecord[] {
  const exact = connection.all(
    "SELECT * FROM handles WHERE handle_id = ? OR alias = ? ORDER BY row DESC",
    name,
    aliasNumber(name),
  );
  if (exact.length > 0 || name === "") return exact.map(handleOf);
  return connection
    .all(`SELECT * FROM handles WHERE ${startsWith} ORDER BY row DESC`, null, name, afterAllThatStartWith(name))
    .map(handleOf);
}

/** A range, so that the index on the id serves it. The first parameter is the session, or nothing. */
const startsWith = "handle_id >= ?2 AND handle_id < ?3";

/** Ids are compared byte by byte, and no text sorts after the last code point there is. */
function afterAllThatStartWith(name: string): string {
  return `${name}\u{10FFFF}`;
}

function conditions(wanted: Readonly<Record<string, string | null>>): [where: string, values: string[]] {
  const given = Object.entries(wanted).flatMap(([column, value]) => (value === null ? [] : [{ column, value }]));
  const where = given.length === 0 ? "" : `WHERE ${given.map(({ column }) => `${column} = ?`).join(" AND ")}`;
  return [where, given.map(({ value }) => value)];
}
