/** How long the steps of a stop may take, by who asked for it. */
import type { Ladder } from "../process/tree.ts";

export interface Ladders {
  /** `cancel_handle`: everything is over within 2 s, the promise made to callers. */
  readonly cancel: Ladder;
  /** A cancel by somebody who will not wait: SIGKILL at once. */
  readonly kill: Ladder;
  /** Timeout, output limit, session and runtime close. 5 s of grace: same as execa, OTP and Jenkins; long enough for npm to stop its children. */
  readonly stop: Ladder;
  /** Survivors of a command that ended by itself: nobody waits for their work any more. */
  readonly leftovers: Ladder;
}

/** What follows the grace: SIGKILL, the deaths and the sweep. */
const sweepMs = 1_500;

export function createLadders({ stopGraceMs }: { readonly stopGraceMs: number }): Ladders {
  return {
    cancel: { signal: "SIGTERM", graceMs: 1_000, deadlineMs: 2_000 },
    kill: { signal: "SIGKILL", graceMs: 0, deadlineMs: 2_000 },
    stop: { signal: "SIGTERM", graceMs: stopGraceMs, deadlineMs: stopGraceMs + sweepMs },
    leftovers: { signal: "SIGTERM", graceMs: 500, deadlineMs: 2_000 },
  };
}
