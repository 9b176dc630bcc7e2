/** Where everything lives that outlives a process: made, private, writable and on a local disk, or refused at once. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";

export interface StatePaths {
  readonly directory: string;
  readonly database: string;
  readonly artifacts: string;
  /** Its time says when old artifacts were last looked for. */
  readonly stamp: string;
  /** Removes what nobody can find again once this runtime is gone. */
  forget(): void;
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

/**
 * With the `memory` store the artifacts are this runtime's alone and go with it: no other knows which of them are in use, and no
 * later one could list them. Throws `unavailable` that names the directory and the reason.
 */
export function prepareStateDirectory(directory: string, store: "sqlite" | "memory" = "sqlite"): StatePaths {
  let artifacts = join(directory, "artifacts");
  try {
    makeDirectories(store === "memory" ? directory : artifacts);
    if (store === "memory") artifacts = mkdtempSync(join(directory, "memory-"));
    // The directory itself may be shared with others on purpose; what we put into it is not.
    makePrivate(artifacts);
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw refused(directory, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const network = networkFileSystems.get(statfsSync(directory).type);
  if (network !== undefined)
    throw refused(directory, `it is on a network file system (${network}); it must be on a local disk`);
  const forget = (): void => {
    if (store === "memory") rmSync(artifacts, { recursive: true, force: true });
  };
  return {
    directory,
    database: join(directory, "ledger.sqlite"),
    artifacts,
    stamp: join(store === "memory" ? artifacts : directory, "upkeep.stamp"),
    forget,
  };
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
