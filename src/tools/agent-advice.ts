/** An error as a model reads it: what was wrong, and what to do next. */
import type { LonghandError } from "../base/errors.ts";
import { oneLine } from "../base/one-line.ts";

/** Room for a list of the fields of a tool; no message is longer for a good reason. */
const longestMessage = 1_000;

export function errorText(error: LonghandError): string {
  // One line: what an approval or a system says within cannot look like a line of ours.
  const message = oneLine(error.message).slice(0, longestMessage);
  const next = adviceFor(error);
  return `[error ${error.kind}] ${next === null ? message : `${message}${/[.?!]$/.test(message) ? "" : "."} ${next}`}`;
}

/** Null when the message says it already. */
function adviceFor({ kind, param, details }: LonghandError): string | null {
  switch (kind) {
    case "invalid_parameter":
      if (param === "command" && details?.expected !== undefined) return "A program with its arguments goes into argv.";
      return param === "argv" && details?.expected !== undefined ? "A shell text goes into command." : null;
    case "not_found":
      return param === "handle_id" && details?.["artifacts"] === undefined
        ? 'list_handles with state "any" shows all.'
        : null;
    case "capacity":
      // Too much of it: the message says what helps, and that is nothing of this.
      if (param === "text") return null;
      return "Stop a command that is not needed (list_handles, cancel_handle) or wait for one, then try again.";
    case "policy_denied":
      return "Nothing was started: do something else, or ask the user.";
    case "spawn_failed":
      return "Nothing was started. A shell text goes into command, not into argv.";
    case "unavailable":
      return "Try again in a moment.";
    case "closed":
      return "Nothing can be run here any more.";
    case "internal":
      return "This is a defect of longhand, not of the command.";
    default:
      return null;
  }
}
