/** Opens the database file: made with the right mode before anything is in it, checked before anything is changed. */
import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { LonghandError } from "../../base/errors.ts";
import { Connection } from "./connection.ts";
import { asUnavailable, isBusy } from "./failures.ts";
import { checkSchema, migrate } from "./schema.ts";

const directoryMode = 0o700;
const fileMode = 0o600;
/** After a burst the write-ahead log is cut back to this. */
const keptLogBytes = 8 * 1024 * 1024;

export interface OpenDatabase {
  readonly connection: Connection;
  /** Which file it is: a path can come to name another one. */
  readonly file: FileIdentity;
}

export interface FileIdentity {
  readonly device: number;
  readonly inode: number;
}

export interface OpenOptions {
  /** How long each statement waits for a lock. */
  readonly busyTimeoutMs: number;
  /** Whether a missing file is made. Only at a start: later it means that somebody took it away. */
  readonly create: boolean;
}

/** Throws `unavailable` when it cannot be opened or is not for us; then nothing was changed. May throw SQLite's "busy". */
export function openDatabase(path: string, options: OpenOptions): OpenDatabase {
  let connection: Connection | undefined;
  try {
    const file = options.create ? makeFile(path) : identify(path);
    connection = new Connection(path, options);
    prepare(connection, path);
    return { connection, file };
  } catch (error) {
    connection?.close();
    throw isBusy(error) ? error : asUnavailable(error, path);
  }
}

/** The file that the path names now. Throws `unavailable` when there is none. */
export function identify(path: string): FileIdentity {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status !== undefined) return { device: status.dev, inode: status.ino };
  throw new LonghandError("unavailable", `The ledger ${path} was deleted while it was in use`, {
    details: { errno: "ENOENT" },
  });
}

function makeFile(path: string): FileIdentity {
  mkdirSync(dirname(path), { recursive: true, mode: directoryMode });
  // The mode is given at creation, so that there is no moment in which others could open it; -wal and -shm inherit it.
  const fd = openSync(path, "a", fileMode);
  try {
    const { mode, dev, ino } = fstatSync(fd);
    // A strange umask took bits away, or the file was copied here with too many.
    if ((mode & 0o777) !== fileMode) chmodSync(path, fileMode);
    return { device: dev, inode: ino };
  } finally {
    closeSync(fd);
  }
}

function prepare(connection: Connection, path: string): void {
  // Before the journal mode is set, because that is a write already.
  checkSchema(connection, path);
  const { journal_mode: mode } = connection.get("PRAGMA journal_mode = WAL") ?? {};
  if (mode !== "wal") {
    throw new LonghandError("unavailable", `The file system of ${path} cannot share a database between processes`, {
      details: { expected: "wal", got: String(mode) },
      retryable: false,
    });
  }
  migrate(connection, path);
  connection.exec(`PRAGMA journal_size_limit = ${keptLogBytes}; PRAGMA synchronous = NORMAL`);
  probeWriting(connection);
}

/** A disk that cannot be written is said at the start, not at the first result. A lock that is held is no such thing. */
function probeWriting(connection: Connection): void {
  try {
    connection.transaction("write", () => {});
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}
