/** The processes of one command, however far they ran. */
import type { ProcessIdentity } from "./identity.ts";
import type { Coverage, Receipt } from "./receipt.ts";

/** One live process of a tree, as it was at the moment of the look. */
export interface Member extends ProcessIdentity {
  readonly parentPid: number;
  readonly name: string;
  /** State letter of /proc/PID/stat: R, S, D, T, t, … (zombies are not members). */
  readonly state: string;
  readonly uid: number;
}

export interface Ladder {
  /** Sent first, to every member. `SIGKILL` skips the grace. */
  readonly signal: NodeJS.Signals;
  /** How long members may take to end after `signal`, in ms. */
  readonly graceMs: number;
  /** One deadline over everything: signal, grace, SIGKILL and the sweep, in ms from the start. */
  readonly deadlineMs: number;
}

export interface ProcessTree {
  readonly coverage: Coverage;
  /** Whether anything but the leader can exist: false when no pid was allocated since the spawn but the leader's own. */
  mayHaveDescendants(): boolean;
  /** Live members now, the leader included. Yields to the event loop on a large machine. */
  members(): Promise<readonly Member[]>;
  /** Signals every member once, or those of one process group; for SIGINT and friends. Returns who got it. */
  signal(signal: NodeJS.Signals, options?: { readonly group?: number }): Promise<readonly Member[]>;
  /** The stop ladder. A second call joins the first, whatever its ladder (a shorter deadline of the second is honoured). */
  stop(ladder: Ladder): Promise<Receipt>;
  /** Looks once and reports everybody found as `kept`. */
  keep(): Promise<Receipt>;
}
