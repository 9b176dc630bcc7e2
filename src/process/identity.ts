/** Who a process is, so that a reused pid is never mistaken for it. */

export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat, in clock ticks since boot, as text (it can exceed 2^53 in theory and is only compared). */
  readonly startTime: string;
}

export interface ExitStatus {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** `SIGTERM`; null when it exited. */
  readonly signal: NodeJS.Signals | null;
}
