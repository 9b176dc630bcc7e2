/** The tables, as numbered migrations: the number is in `user_version`, and a database that is newer than us is left alone. */
import { LonghandError } from "../../base/errors.ts";
import type { Connection } from "./connection.ts";

/** Written into the file's header, so that a database of somebody else is never taken for ours. "LNGH" in ASCII. */
const applicationId = 0x4c_4e_47_48;

const version1 = `
CREATE TABLE hosts (
  row INTEGER PRIMARY KEY,
  host_id TEXT NOT NULL UNIQUE,
  epoch INTEGER NOT NULL,
  identity TEXT NOT NULL,
  opened_at REAL NOT NULL,
  beat_at REAL NOT NULL,
  alive INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  row INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  parent_id TEXT,
  on_close TEXT NOT NULL,
  state TEXT NOT NULL,
  reader_epoch INTEGER NOT NULL,
  created_at REAL NOT NULL,
  attached_at REAL NOT NULL,
  last_sequence INTEGER NOT NULL DEFAULT 0,
  last_alias INTEGER NOT NULL DEFAULT 0,
  -- Kept by the triggers below: counting ten thousand rows for each message would be slower than writing it.
  messages INTEGER NOT NULL DEFAULT 0,
  unread INTEGER NOT NULL DEFAULT 0,
  unread_terminal INTEGER NOT NULL DEFAULT 0,
  undelivered_terminal INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE handles (
  row INTEGER PRIMARY KEY,
  handle_id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  alias INTEGER NOT NULL,
  placed_in TEXT NOT NULL,
  request_id TEXT NOT NULL,
  host_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  call_id TEXT,
  label TEXT,
  lifetime TEXT NOT NULL,
  state TEXT NOT NULL,
  spec TEXT NOT NULL,
  notes TEXT NOT NULL DEFAULT '{}',
  report TEXT,
  artifacts TEXT NOT NULL,
  cancel TEXT,
  created_at REAL NOT NULL,
  ended_at REAL,
  UNIQUE (placed_in, request_id)
) STRICT;
CREATE UNIQUE INDEX handles_by_alias ON handles (session_id, alias);
CREATE INDEX handles_running ON handles (session_id, alias) WHERE state = 'running';
CREATE INDEX handles_of_host ON handles (host_id) WHERE state = 'running';
CREATE INDEX handles_ended ON handles (ended_at) WHERE state = 'ended';

CREATE TABLE messages (
  row INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL UNIQUE,
  session_id TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  kind TEXT NOT NULL,
  terminal INTEGER NOT NULL,
  priority REAL NOT NULL,
  handle_id TEXT,
  alias INTEGER,
  call_id TEXT,
  label TEXT,
  created_at REAL NOT NULL,
  redelivered INTEGER NOT NULL DEFAULT 0,
  -- NULL: it is the report of the handle, which is not kept twice.
  body TEXT,
  body_bytes INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'unread',
  claim_id TEXT,
  coalesce_key TEXT
) STRICT;
-- Few indexes, and none that an ack would have to move: each is paid for by every message.
CREATE INDEX messages_unread ON messages (session_id, priority DESC, sequence) WHERE state = 'unread';
CREATE INDEX messages_progress ON messages (session_id, sequence) WHERE state = 'unread' AND kind = 'tool_progress';
CREATE INDEX messages_coalesced ON messages (session_id, coalesce_key) WHERE state = 'unread' AND coalesce_key IS NOT NULL;
CREATE INDEX messages_of_handle ON messages (handle_id) WHERE handle_id IS NOT NULL;
CREATE INDEX messages_of_claim ON messages (claim_id) WHERE claim_id IS NOT NULL;
CREATE INDEX messages_by_age ON messages (created_at);

CREATE VIEW mail AS
  SELECT messages.row AS row, message_id, messages.session_id AS session_id, sequence, kind, priority, messages.handle_id AS handle_id,
    messages.alias AS alias, messages.call_id AS call_id, messages.label AS label, messages.created_at AS created_at, redelivered,
    coalesce(body, report, '{}') AS body, messages.state AS state, claim_id
  FROM messages LEFT JOIN handles ON body IS NULL AND handles.handle_id = messages.handle_id;

CREATE TABLE claims (
  claim_id TEXT NOT NULL PRIMARY KEY,
  session_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  tag TEXT NOT NULL,
  max_bytes REAL NOT NULL,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claims_outstanding ON claims (session_id, kind) WHERE state = 'outstanding';
CREATE UNIQUE INDEX one_inbox_claim ON claims (session_id) WHERE state = 'outstanding' AND kind = 'inbox';

CREATE TABLE dedupe (
  session_id TEXT NOT NULL,
  key TEXT NOT NULL,
  message_id TEXT NOT NULL,
  created_at REAL NOT NULL,
  PRIMARY KEY (session_id, key)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER message_added AFTER INSERT ON messages BEGIN
  UPDATE sessions SET
    messages = messages + 1,
    unread = unread + (NEW.state = 'unread'),
    unread_terminal = unread_terminal + (NEW.terminal AND NEW.state = 'unread'),
    undelivered_terminal = undelivered_terminal + (NEW.terminal AND NEW.state <> 'acked')
  WHERE session_id = NEW.session_id;
END;
CREATE TRIGGER message_removed AFTER DELETE ON messages BEGIN
  UPDATE sessions SET
    messages = messages - 1,
    unread = unread - (OLD.state = 'unread'),
    unread_terminal = unread_terminal - (OLD.terminal AND OLD.state = 'unread'),
    undelivered_terminal = undelivered_terminal - (OLD.terminal AND OLD.state <> 'acked')
  WHERE session_id = OLD.session_id;
END;
CREATE TRIGGER message_changed AFTER UPDATE OF state ON messages BEGIN
  UPDATE sessions SET
    unread = unread + (NEW.state = 'unread') - (OLD.state = 'unread'),
    unread_terminal = unread_terminal + NEW.terminal * ((NEW.state = 'unread') - (OLD.state = 'unread')),
    undelivered_terminal = undelivered_terminal + NEW.terminal * ((NEW.state <> 'acked') - (OLD.state <> 'acked'))
  WHERE session_id = NEW.session_id;
END;
-- Only unread messages move.
CREATE TRIGGER message_moved AFTER UPDATE OF session_id ON messages BEGIN
  UPDATE sessions SET
    messages = messages - 1,
    unread = unread - 1,
    unread_terminal = unread_terminal - NEW.terminal,
    undelivered_terminal = undelivered_terminal - NEW.terminal
  WHERE session_id = OLD.session_id;
  UPDATE sessions SET
    messages = messages + 1,
    unread = unread + 1,
    unread_terminal = unread_terminal + NEW.terminal,
    undelivered_terminal = undelivered_terminal + NEW.terminal
  WHERE session_id = NEW.session_id;
END;
`;

/** Number n of the list brings a database from version n to n + 1. Never change one that was released: add the next. */
const migrations: readonly string[] = [version1];

/** The version this code reads and writes. */
export const schemaVersion: number = migrations.length;

/** Throws `unavailable` for a database that is newer than this code, or not ours. Changes nothing. */
export function checkSchema(connection: Connection, path: string): number {
  const version = connection.pragma("user_version");
  if (version > schemaVersion) {
    throw new LonghandError(
      "unavailable",
      `The ledger ${path} was written by a newer longhand (schema ${version}, this one knows ${schemaVersion}): upgrade this one, or use another state directory`,
      { details: { expected: `schema ${schemaVersion}`, got: `schema ${version}` }, retryable: false },
    );
  }
  const ours = connection.pragma("application_id") === applicationId;
  const empty = version === 0 && connection.get("SELECT 1 FROM sqlite_schema") === undefined;
  // Three looks, and another process may migrate in between: what is ours by now was never somebody else's.
  if (!ours && !empty && connection.pragma("application_id") !== applicationId) {
    throw new LonghandError("unavailable", `${path} is a database of another program`, { retryable: false });
  }
  return version;
}

/** Under the write lock, so that of two processes that start together one migrates and the other finds it done. */
export function migrate(connection: Connection, path: string): void {
  if (checkSchema(connection, path) === schemaVersion) return;
  connection.transaction("write", () => {
    for (const migration of migrations.slice(checkSchema(connection, path))) connection.exec(migration);
    connection.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}`);
  });
}
