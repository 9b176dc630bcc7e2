/** What a caller may say about a cancel, looked at before anything is cancelled. */
import { checkOptions, nameOf, type OptionType, refused } from "./check-options.ts";

export interface CancelCallOptions {
  /** Who asks, default `user`. Of a longer text the first 1,000 characters count, here and in `reason`. */
  readonly by?: string;
  readonly reason?: string | null;
  /** Default true: the inbox tells the agent which call was cancelled, by whom and why. */
  readonly injectReminder?: boolean;
  /** Waits this long at most until the call has been answered. Default 0: not at all. */
  readonly timeoutMs?: number;
  /** Leaves a command no grace, also when the call is being cancelled already. */
  readonly force?: boolean;
}

const types = {
  by: "a string",
  reason: "a string or null",
  injectReminder: "a boolean",
  timeoutMs: "a number",
  force: "a boolean",
} as const satisfies Record<keyof CancelCallOptions, OptionType>;

/** They are kept in reports, answers and messages, and shown in one line. */
const mostChars = 1_000;

/** Throws `invalid_parameter` with the name of what is wrong. */
export function checkedCancel(callId: unknown, options: CancelCallOptions): Required<CancelCallOptions> {
  if (typeof callId !== "string") throw refused("callId", "a string", nameOf(callId));
  checkOptions(options, types, "cancelCall");
  const { by = "user", reason = null, injectReminder = true, timeoutMs = 0, force = false } = options;
  // Infinity waits until it has been answered.
  if (!(timeoutMs >= 0)) throw refused("timeoutMs", "0 or more", String(timeoutMs));
  return { by: cut(by), reason: reason === null ? null : cut(reason), injectReminder, timeoutMs, force };
}

function cut(text: string): string {
  return text.length > mostChars ? `${text.slice(0, mostChars - 1).toWellFormed()}…` : text.toWellFormed();
}
