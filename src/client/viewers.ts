/** Who watches the output of which call. It goes on after an answer that says `running`, until the command has ended. */
import { isRecord } from "../base/json.ts";
import type { LiveOutput, OutputUpdate } from "../session/live-output.ts";

/** Of calls that have been answered as running: nobody tells when their output ends, so that the longest silent give way. */
const maxDetached = 1_000;

export class Viewers {
  readonly #byCall = new Map<string, LiveOutput>();
  /** In the order of their last output. */
  readonly #detached = new Map<string, LiveOutput>();

  /** A later viewer of the same call id takes the place of an earlier one. */
  add(callId: string, viewer: LiveOutput): void {
    this.#detached.delete(callId);
    this.#byCall.set(callId, viewer);
  }

  /** The call was answered: its viewer goes, or watches on behind the calls. */
  settle(callId: string, viewer: LiveOutput, { isRunning }: { readonly isRunning: boolean }): void {
    if (this.#byCall.get(callId) !== viewer) return;
    this.#byCall.delete(callId);
    if (isRunning) this.#keep(callId, viewer);
  }

  show(callId: string, params: Readonly<Record<string, unknown>>): void {
    const viewer = this.#byCall.get(callId) ?? this.#detached.get(callId);
    const update = updateOf(params);
    if (viewer === undefined || update === null) return;
    if (this.#detached.has(callId)) this.#keep(callId, viewer);
    try {
      viewer(update);
    } catch {
      // A viewer's fault is not the call's: it sees no more, the call goes on.
      this.#byCall.delete(callId);
      this.#detached.delete(callId);
    }
  }

  #keep(callId: string, viewer: LiveOutput): void {
    this.#detached.delete(callId);
    this.#detached.set(callId, viewer);
    const [oldest] = this.#detached.keys();
    if (this.#detached.size > maxDetached && oldest !== undefined) this.#detached.delete(oldest);
  }
}

function updateOf({ stream, offset, text, skipped }: Readonly<Record<string, unknown>>): OutputUpdate | null {
  const isStream = stream === "stdout" || stream === "stderr";
  if (!isStream || typeof offset !== "number" || typeof text !== "string") return null;
  return { stream, offset, text, skipped: typeof skipped === "number" ? skipped : 0 };
}

/** The params of a notification, when they name a call of a session. */
export function namesCall(params: unknown): params is { session_id: string; call_id: string } {
  return isRecord(params) && typeof params["session_id"] === "string" && typeof params["call_id"] === "string";
}
