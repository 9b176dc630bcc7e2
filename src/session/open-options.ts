/** What a caller may say about a session that it opens. */
import type { OnSessionClose } from "../ledger/ledger.ts";
import { checkOptions, type OptionType, refused } from "./check-options.ts";

export interface OpenSessionOptions {
  /** An id of yours, or a new one. An existing session is attached, and its former reader is fenced. */
  readonly id?: string;
  /** Session that inherits what is left when this one closes. Only looked at when the session is new. */
  readonly parent?: string;
  /** Default `hand_over`: with a parent, running handles and unread messages go to it. */
  readonly onClose?: OnSessionClose;
  /** The newest claim in your transcript: acknowledged when it was not yet. */
  readonly lastClaim?: string;
  /** @internal For a reader that comes back: the newest epoch that may be its own. Refused with `conflict` when another has attached since. */
  readonly readerEpoch?: number;
}

const types = {
  id: "a string",
  parent: "a string",
  onClose: "hand_over | stop",
  lastClaim: "a string",
} as const satisfies Record<Exclude<keyof OpenSessionOptions, "readerEpoch">, OptionType>;
const internally = { ...types, readerEpoch: "a number" } as const satisfies Record<
  keyof OpenSessionOptions,
  OptionType
>;

/** Long enough for anybody's scheme, short enough for a column. */
const longestId = 200;

/** Throws `invalid_parameter` with the name of what is wrong. */
export function checkOpenOptions(options: OpenSessionOptions): void {
  // Named to nobody who does not know of it.
  checkOptions(options, options?.readerEpoch === undefined ? types : internally, "openSession");
  for (const name of ["id", "parent"] as const) {
    const id = options[name];
    if (id === undefined || (id !== "" && id.length <= longestId)) continue;
    throw refused(name, `1 to ${longestId} characters`, `${id.length}`);
  }
}
