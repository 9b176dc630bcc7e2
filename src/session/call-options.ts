/** What a caller may say about one call. */
import type { CallStreams } from "./call-streams.ts";
import { checkOptions, type OptionType } from "./check-options.ts";
import type { LiveOutput } from "./live-output.ts";

export interface CallOptions {
  /** The caller's own id of the call, by which it can be cancelled or moved to the background. Refused while one with it is in flight. */
  readonly callId?: string;
  /** Aborting it cancels the call: it resolves with `status: "cancelled"`. */
  readonly signal?: AbortSignal;
  /** Live output, at most 10 updates a second. Goes on after a move to the background, until the command ends. */
  readonly onOutput?: LiveOutput;
  /** A repeat with the same id joins the command of the first. */
  readonly requestId?: string;
  /** @internal For a caller that is itself a program in a pipe: exact bytes with back-pressure, and its own stdin for the command. */
  readonly streams?: CallStreams;
}

export type HostCallOptions = Pick<CallOptions, "callId" | "signal">;

const ofHostCall = { callId: "a string", signal: "an AbortSignal" } as const satisfies Record<
  keyof HostCallOptions,
  OptionType
>;
const ofCall = { ...ofHostCall, onOutput: "a function", requestId: "a string" } as const satisfies Record<
  Exclude<keyof CallOptions, "streams">,
  OptionType
>;
const internally = { ...ofCall, streams: "an object" } as const satisfies Record<keyof CallOptions, OptionType>;

/** Throws `invalid_parameter` with the name of what is wrong. */
export function checkCallOptions(options: CallOptions): void {
  // Named to nobody who does not know of it.
  checkOptions(options, options?.streams === undefined ? ofCall : internally, "a call");
}

/** Throws `invalid_parameter` with the name of what is wrong. */
export function checkHostCallOptions(options: HostCallOptions): void {
  checkOptions(options, ofHostCall, "a host call");
}
