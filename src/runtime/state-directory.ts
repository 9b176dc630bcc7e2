/** Where everything lives that outlives a process: made, private, writable and on a local disk, or refused at once. */
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";

export interface StatePaths {
  readonly directory: string;
  readonly database: string;
  readonly artifacts: string;
}

/**
 * Magic numbers of network file systems (statfs(2)): SQLite's write-ahead log needs memory shared between all its users, and a
 * server that does not answer would block every write.
 */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
]);

/** Throws `unavailable` that names the directory and the reason. */
export function prepareStateDirectory(directory: string): StatePaths {
  const artifacts = join(directory, "artifacts");
  try {
    makeDirectories(artifacts);
    for (const path of [directory, artifacts]) makePrivate(path);
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw refused(directory, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const network = networkFileSystems.get(statfsSync(directory).type);
  if (network !== undefined)
    throw refused(directory, `it is on a network file system (${network}); it must be on a local disk`);
  return { directory, database: join(directory, "ledger.sqlite"), artifacts };
}

/** Not `recursive: true`: below /proc and /sys, where a new directory is ENOENT although its parent exists, that never returns. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if (errnoOf(error) !== "EEXIST") throw error;
  }
}

function makePrivate(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
}

function refused(directory: string, why: string, cause?: unknown): LonghandError {
  const errno = errnoOf(cause);
  return new LonghandError(
    "unavailable",
    `the state directory ${directory} cannot be used: ${why}. Set LONGHAND_STATE_DIR to another.`,
    {
      param: "stateDir",
      retryable: false,
      cause,
      ...(errno === undefined ? {} : { details: { errno } }),
    },
  );
}
