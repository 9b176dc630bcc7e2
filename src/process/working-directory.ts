/** Where a command runs: checked before the spawn, because the kernel reports a missing directory as a missing program. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";

/**
 * The canonical path of `cwd` (relative to `base`; empty means `base` itself). Throws `invalid_parameter` (`cwd`) with the errno when it
 * does not exist, is no directory or cannot be entered. Synchronous on purpose: a few microseconds, and what hangs here (a dead
 * network mount) would hang the spawn just the same.
 */
export function workingDirectory(cwd: string | undefined, base: string): string {
  const path = resolve(base, cwd ?? "");
  if (path.includes("\0")) throw refusal(path, "EINVAL");
  const canonical = attempt(path, () => realpathSync.native(path));
  const isDirectory = attempt(path, () => statSync(canonical).isDirectory());
  if (!isDirectory) throw refusal(path, "ENOTDIR");
  attempt(path, () => accessSync(canonical, constants.X_OK));
  return canonical;
}

function attempt<T>(path: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    throw refusal(path, errnoOf(error) ?? "EINVAL", error);
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "is not a directory",
  EACCES: "may not be entered",
  ELOOP: "has too many symbolic links",
  ENAMETOOLONG: "is too long a path",
};

function refusal(path: string, errno: string, cause?: unknown): LonghandError {
  const message = `The working directory ${JSON.stringify(path)} ${reasons[errno] ?? "cannot be used"} (${errno}).`;
  return new LonghandError("invalid_parameter", message, {
    param: "cwd",
    details: { errno, expected: "an existing directory", got: path },
    ...(cause === undefined ? {} : { cause }),
  });
}
