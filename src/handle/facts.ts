/** What is known of a handle from its start: told alike while it runs and when it has ended. JSON-safe. */
export interface HandleFacts {
  readonly handleId: string;
  readonly alias: number;
  /** Null for an operation. */
  readonly commandId: string | null;
  readonly callId: string | null;
  readonly label: string | null;
  /** The name of an operation (`walk_dir`); null for a command. */
  readonly operation: string | null;
  /** As people would type it; what an operation does, for people. */
  readonly command: string;
  /** Null for an operation. */
  readonly cwd: string | null;
  /** Null when it never started, and for an operation. */
  readonly pid: number | null;
  /** Wall clock, ms since 1970. */
  readonly startedAt: number;
  readonly mergedStderr: boolean;
}
