/** Whatever goes wrong, as one line (or one JSON object) and an exit code. Never a stack trace, unless it was asked for. */
import { inspect } from "node:util";
import { CommanderError } from "commander";
import { asLonghandError, LonghandError } from "../base/errors.ts";
import { oneLine } from "../base/one-line.ts";
import { ownVariable } from "../config.ts";
import { exitCodeOfError } from "./exit-codes.ts";
import { note, printLine } from "./terminal.ts";

export interface FailureOptions {
  /** Stdout carries exactly one JSON object, also when it is an error. */
  readonly json: boolean;
}

/** The exit code. */
export function reportFailure(thrown: unknown, { json }: FailureOptions): number {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
  const error = thrown instanceof CommanderError ? usageError(thrown) : asLonghandError(thrown);
  if (ownVariable("LONGHAND_DEBUG") === "1") process.stderr.write(`${inspect(thrown)}\n`);
  if (json) printLine(JSON.stringify({ error }));
  else note(oneLine(error.message));
  return exitCodeOfError(error);
}

/** Commander's `error: unknown option '--tiemout'\n(Did you mean --timeout?)`, in our words and on one line. */
function usageError({ message, code }: CommanderError): LonghandError {
  const text = oneLine(message.replace(/^error: /, ""))
    .trim()
    .replace(/\(Did you mean (.*?)\?\)$/, "(did you mean $1?)");
  return new LonghandError(code === "commander.missingArgument" ? "missing_parameter" : "invalid_parameter", text);
}
