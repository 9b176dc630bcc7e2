/** Why a handle ended: one closed vocabulary. The first cause wins, and it says who asked. */
import type { ExitStatus } from "../process/identity.ts";

export type CauseKind =
  /** The leader ended by itself: with a code or by a signal that we did not send. */
  | "exit"
  /** The function of an operation came to its end, or threw, before anybody had asked for one. */
  | "returned"
  | "threw"
  | "timeout"
  | "cancel"
  | "output_limit"
  | "session_close"
  | "runtime_close"
  | "spawn_failed"
  | "host_lost";

export interface Cause {
  readonly kind: CauseKind;
  /** `user`, `agent`, `operator`, `parent`, `longhand`, …: who asked, as the asker named itself. */
  readonly by: string;
  readonly reason: string | null;
}

export type Outcome =
  | "exited"
  | "signaled"
  | "returned"
  | "failed"
  | "timed_out"
  | "cancelled"
  | "output_limit"
  | "spawn_failed"
  | "lost";

export function outcomeOf(cause: Cause, exit: ExitStatus | null): Outcome {
  switch (cause.kind) {
    case "exit":
      return exit?.signal == null ? "exited" : "signaled";
    case "returned":
      return "returned";
    case "threw":
      return "failed";
    case "timeout":
      return "timed_out";
    case "output_limit":
      return "output_limit";
    case "spawn_failed":
      return "spawn_failed";
    case "host_lost":
      return "lost";
    default:
      return "cancelled";
  }
}
