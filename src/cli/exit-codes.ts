/** The exit codes of `longhand`, in one place; docs/cli.md has the same table. */
import { constants } from "node:os";
import type { LonghandError } from "../base/errors.ts";
import type { RunData } from "./run-data.ts";

export const exitCodes = {
  ok: 0,
  /** `doctor`: something essential is missing. */
  unhealthy: 1,
  usage: 2,
  /** The four that `timeout`, `env` and `nohup` use as well. */
  timedOut: 124,
  failed: 125,
  notExecutable: 126,
  notFound: 127,
  /** Added to the number of a signal. */
  signalBase: 128,
} as const;

export function exitCodeOfSignal(signal: string): number {
  const number = (constants.signals as Readonly<Record<string, number>>)[signal];
  return number === undefined ? exitCodes.failed : exitCodes.signalBase + number;
}

export function exitCodeOfError(error: LonghandError): number {
  switch (error.kind) {
    case "missing_parameter":
    case "invalid_parameter":
      return exitCodes.usage;
    case "spawn_failed":
      return error.details?.errno === "ENOENT" ? exitCodes.notFound : exitCodes.notExecutable;
    default:
      return exitCodes.failed;
  }
}

export function exitCodeOfRun({ outcome, exit_code: code, signal }: RunData): number {
  switch (outcome) {
    case "exited":
      return code ?? exitCodes.failed;
    case "signaled":
      return exitCodeOfSignal(signal ?? "");
    case "timed_out":
      return exitCodes.timedOut;
    case "cancelled":
      return exitCodeOfSignal(signal ?? "SIGTERM");
    default:
      return exitCodes.failed;
  }
}
