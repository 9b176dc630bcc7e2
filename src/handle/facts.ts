/** What is known of a handle from its start: told alike while it runs and when it has ended. JSON-safe. */
export interface HandleFacts {
  readonly handleId: string;
  readonly alias: number;
  readonly commandId: string;
  readonly callId: string | null;
  readonly label: string | null;
  /** As people would type it. */
  readonly command: string;
  readonly cwd: string;
  /** Null when it never started. */
  readonly pid: number | null;
  /** Wall clock, ms since 1970. */
  readonly startedAt: number;
  readonly mergedStderr: boolean;
}
