/** The life of a handle as a pure reducer: the only place where it is decided how a handle ended. */
import type { ExitStatus } from "../process/identity.ts";
import type { Cause } from "./cause.ts";

export type Phase =
  /** Placed in the ledger; the spawn is under way. */
  | "starting"
  | "running"
  /** It ended by itself: a command's last output is being read and its survivors are dealt with, an operation's result is kept. */
  | "draining"
  /** Somebody asked for the end; the stop ladder runs. */
  | "stopping"
  /** Nobody is left; artifacts are closed and the report is recorded. */
  | "closing"
  | "ended";

export interface Lifecycle {
  readonly phase: Phase;
  /** The first cause; set once. */
  readonly cause: Cause | null;
  readonly exit: ExitStatus | null;
  /** Somebody asked for the end after it had begun: no more waiting for late output, and little for what is in it. */
  readonly hurry: boolean;
}

export type LifecycleEvent =
  | { readonly type: "spawned" }
  | { readonly type: "spawn_failed"; readonly cause: Cause }
  | { readonly type: "exited"; readonly status: ExitStatus }
  /** The function of an operation returned or threw, as the cause says. */
  | { readonly type: "settled"; readonly cause: Cause }
  | { readonly type: "stop_requested"; readonly cause: Cause }
  | { readonly type: "quiet" }
  | { readonly type: "recorded" };

export const initialLifecycle: Lifecycle = { phase: "starting", cause: null, exit: null, hurry: false };

const byItself: Cause = { kind: "exit", by: "command", reason: null };

/** Unknown or late events change nothing: an ended handle stays as it ended. */
export function advance(state: Lifecycle, event: LifecycleEvent): Lifecycle {
  switch (event.type) {
    case "spawned":
      if (state.phase !== "starting") return state;
      return { ...state, phase: state.cause === null ? "running" : "stopping" };
    case "spawn_failed":
      if (state.phase !== "starting") return state;
      return { ...state, phase: "closing", cause: state.cause ?? event.cause };
    case "exited":
      return exited(state, event.status);
    case "settled":
      return state.phase === "running" ? { ...state, phase: "draining", cause: event.cause } : state;
    case "stop_requested":
      return stopRequested(state, event.cause);
    case "quiet":
      return state.phase === "draining" || state.phase === "stopping" ? { ...state, phase: "closing" } : state;
    case "recorded":
      return state.phase === "closing" ? { ...state, phase: "ended" } : state;
  }
}

function exited(state: Lifecycle, status: ExitStatus): Lifecycle {
  if (state.exit !== null || state.phase === "closing" || state.phase === "ended") return state;
  if (state.phase === "running") return { ...state, phase: "draining", exit: status, cause: byItself };
  return { ...state, exit: status };
}

function stopRequested(state: Lifecycle, cause: Cause): Lifecycle {
  switch (state.phase) {
    case "starting":
      return { ...state, cause: state.cause ?? cause };
    case "running":
      return { ...state, phase: "stopping", cause };
    case "draining":
    case "closing":
      return { ...state, hurry: true };
    default:
      return state;
  }
}
