/** What a running command is doing, as far as the kernel tells: never guessed from what it prints. */

export type ActivityState =
  /** It used the processor, waits for the disk, or printed within the window. */
  | "busy"
  /** Nobody did anything within the window. */
  | "idle"
  /** A member whose stdin is what we can write to is blocked in reading it. */
  | "waiting_on_stdin"
  /** By a signal (SIGSTOP, SIGTSTP) or a debugger. */
  | "stopped"
  /** Idle, and accepts connections. */
  | "listening"
  /** The command itself has ended; what it started goes on. */
  | "only_descendants_left"
  /** The kernel does not tell. */
  | "unknown";

export interface WaitingMember {
  readonly pid: number;
  readonly name: string;
  /** How long it has certainly been blocked there, in ms: since the first look that saw it in this very sleep. 0 at that look. */
  readonly forMs: number;
}

export interface Activity {
  readonly state: ActivityState;
  /**
   * What `busy` and `idle` are about, in ms: the time since the look before (the spawn, before the first), or that through which every
   * look found nothing done. A first look at a command that has worked since its start takes two samples, 25 ms apart. Null when unknown.
   */
  readonly windowMs: number | null;
  /** TCP ports on which the tree accepts connections, ascending. Whatever the state. */
  readonly ports: readonly number[];
  /** Who waits for input; null unless the state is `waiting_on_stdin`. */
  readonly waiting: WaitingMember | null;
}
