/** Errors of the system while something is being started, as ours. Pure. */
import { errnoOf, LonghandError } from "../base/errors.ts";

/** The machine, the user or this process has no more of something; it will have again. */
const exhausted: Readonly<Record<string, string>> = {
  EAGAIN: "no more processes may be started",
  ENOMEM: "there is not enough memory",
  EMFILE: "this process has no file descriptor left",
  ENFILE: "the machine has no file descriptor left",
};

/** Why a spawn failed: `capacity` (retryable) when something is used up, else `spawn_failed`. */
export function spawnError(thrown: unknown, program: string): LonghandError {
  const errno = errnoOf(thrown) ?? "UNKNOWN";
  const name = JSON.stringify(program);
  const lack = exhausted[errno];
  const details = { errno, program };
  if (lack !== undefined) {
    return new LonghandError("capacity", `${name} could not be started: ${lack} (${errno}).`, {
      details,
      cause: thrown,
    });
  }
  const why = reasons[errno] ?? (thrown instanceof Error ? thrown.message : String(thrown));
  return new LonghandError("spawn_failed", `${name} could not be started: ${why} (${errno}).`, {
    details,
    cause: thrown,
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "it, its interpreter or the working directory does not exist",
  EACCES: "it may not be executed",
  EPERM: "the system does not permit it",
  E2BIG: "arguments and environment together are too long; give the data on stdin or in a file",
  ETXTBSY: "the program file is still open for writing",
  ENOEXEC: "the system does not know its format",
};

/** Why a pipe or a temporary file could not be made: `capacity`, else `unavailable` (a full or missing disk). Ours pass through. */
export function fileError(thrown: unknown, what: string): LonghandError {
  if (thrown instanceof LonghandError) return thrown;
  const errno = errnoOf(thrown) ?? "UNKNOWN";
  const lack = exhausted[errno];
  const why = lack ?? (thrown instanceof Error ? thrown.message : String(thrown));
  return new LonghandError(
    lack === undefined ? "unavailable" : "capacity",
    `${what} could not be made: ${why} (${errno}).`,
    {
      details: { errno },
      cause: thrown,
    },
  );
}
