/** Facts for watchers, in the words of the wire. */
import type { Clock } from "../base/clock.ts";
import type { HandleChange } from "../handle/supervisor.ts";

export type RuntimeEvent =
  | { readonly type: "session_opened" | "session_closed"; readonly at: number; readonly session_id: string }
  | {
      readonly type: "handle_started";
      readonly at: number;
      readonly session_id: string;
      readonly handle_id: string;
      readonly command: string;
      readonly label: string | null;
      readonly pid: number | null;
    }
  | {
      readonly type: "handle_ended";
      readonly at: number;
      readonly session_id: string;
      readonly handle_id: string;
      readonly outcome: string;
      readonly exit_code: number | null;
      readonly duration_ms: number;
    }
  | { readonly type: "recovered"; readonly at: number; readonly handles: number }
  | { readonly type: "upkeep_failed"; readonly at: number; readonly message: string };

export function eventOf(change: HandleChange, clock: Clock): RuntimeEvent {
  const { handle } = change;
  const common = { at: clock.now(), session_id: handle.owner, handle_id: handle.id };
  if (change.type === "started") {
    const { command, label, pid } = handle.facts;
    return { type: "handle_started", ...common, command, label, pid };
  }
  const { outcome, exitCode, durationMs } = change.report;
  return { type: "handle_ended", ...common, outcome, exit_code: exitCode, duration_ms: durationMs };
}
