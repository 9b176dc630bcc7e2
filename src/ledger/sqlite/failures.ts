/** What SQLite throws, sorted by what is to be done about it. */
import { errnoOf, LonghandError } from "../../base/errors.ts";

/** Primary result codes, from https://sqlite.org/rescode.html. */
const busy = 5;
const locked = 6;
/** A race of several processes that open the write-ahead log. */
const protocol = 15;

/** Codes that say that the disk or the file cannot be used now, with the errno that people know where there is one. */
const storageErrnos: Readonly<Record<number, string>> = {
  3: "EACCES",
  7: "ENOMEM",
  8: "EROFS",
  10: "EIO",
  11: "SQLITE_CORRUPT",
  13: "ENOSPC",
  14: "SQLITE_CANTOPEN",
  22: "SQLITE_NOLFS",
  26: "SQLITE_NOTADB",
};

/** Running out of space while the shared-memory file grows is reported as an I/O error of its own: SQLITE_IOERR_SHMSIZE. */
const growFailed = 10 | (19 << 8);

/** Somebody else holds the lock: waiting helps. */
export function isBusy(thrown: unknown): boolean {
  const code = primaryCode(thrown);
  return code === busy || code === locked || code === protocol;
}

/** The disk or the file is at fault: everything in the transaction failed, and the connection is not to be trusted. */
export function isStorageFailure(thrown: unknown): boolean {
  if (thrown instanceof LonghandError) return thrown.kind === "unavailable" && thrown.details?.errno !== undefined;
  const code = primaryCode(thrown);
  return code !== undefined && storageErrnos[code] !== undefined;
}

/** A thrown error as ours: `unavailable` where the disk or the lock is at fault, otherwise as it is. */
export function asUnavailable(thrown: unknown, path: string): unknown {
  if (isBusy(thrown)) return lockHeld(path);
  const code = primaryCode(thrown);
  const errno =
    code === undefined
      ? fileErrno(thrown)
      : code === 10 && errcode(thrown) === growFailed
        ? "ENOSPC"
        : storageErrnos[code];
  if (thrown instanceof LonghandError) return thrown;
  if (isStrange(thrown)) return strange(thrown, path);
  if (errno === undefined) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new LonghandError("unavailable", `The ledger ${path} cannot be used: ${message}`, {
    details: { errno },
    cause: thrown,
  });
}

/** The write lock was not to be had in time. */
export function lockHeld(path: string): LonghandError {
  return new LonghandError("unavailable", `The ledger ${path} is locked by another process`, {
    details: { errno: "EBUSY" },
  });
}

/** SQLITE_ERROR: what a statement names is not there, in a database whose number says that it should be. */
function isStrange(thrown: unknown): thrown is Error {
  return primaryCode(thrown) === 1 && thrown instanceof Error && /^no such |has no column /.test(thrown.message);
}

function strange(thrown: Error, path: string): LonghandError {
  return new LonghandError(
    "unavailable",
    `The ledger ${path} is damaged, or of a development version (${thrown.message}). Nothing in it was deleted: move it away, or use another state directory`,
    { details: { expected: "the tables of this version", got: thrown.message }, retryable: false, cause: thrown },
  );
}

function errcode(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !("errcode" in thrown)) return undefined;
  return typeof thrown.errcode === "number" ? thrown.errcode : undefined;
}

/** Extended codes carry the primary one in their low byte. */
function primaryCode(thrown: unknown): number | undefined {
  const code = errcode(thrown);
  return code === undefined ? undefined : code & 0xff;
}

/** From calls on the file itself. Errors of Node about our own arguments have codes of their own and are not meant. */
function fileErrno(thrown: unknown): string | undefined {
  const errno = errnoOf(thrown);
  return errno?.startsWith("ERR_") === true ? undefined : errno;
}
