/** Who watches the output of which call. It goes on after an answer that says `running`, until the command has ended. */
import { isRecord } from "../base/json.ts";
import type { LiveOutput, OutputUpdate } from "../session/live-output.ts";

/** Of calls that have been answered as running: nobody tells when their output ends, so that the longest silent give way. */
const maxDetached = 1_000;

export class Viewers {
  /** In flight. Of several calls with one id the first is the one that the bridge runs, until it is answered. */
  readonly #byCall = new Map<string, readonly LiveOutput[]>();
  /** In the order of their last output. */
  readonly #detached = new Map<string, LiveOutput>();

  /** Takes the place of one whose call was answered, and waits for one whose call was not. */
  add(callId: string, viewer: LiveOutput): void {
    this.#detached.delete(callId);
    this.#byCall.set(callId, [...(this.#byCall.get(callId) ?? []), viewer]);
  }

  /** The call was answered: its viewer goes, or watches on behind the calls. */
  settle(callId: string, viewer: LiveOutput, { isRunning }: { readonly isRunning: boolean }): void {
    if (this.#remove(callId, viewer) && isRunning) this.#keep(callId, viewer);
  }

  show(callId: string, params: Readonly<Record<string, unknown>>): void {
    const viewer = this.#byCall.get(callId)?.[0] ?? this.#detached.get(callId);
    const update = updateOf(params);
    if (viewer === undefined || update === null) return;
    if (this.#detached.has(callId)) this.#keep(callId, viewer);
    try {
      viewer(update);
    } catch {
      // A viewer's fault is not the call's: it sees no more, the call goes on.
      this.#remove(callId, viewer);
      this.#detached.delete(callId);
    }
  }

  /** False when it is gone already. */
  #remove(callId: string, viewer: LiveOutput): boolean {
    const all = this.#byCall.get(callId) ?? [];
    const others = all.filter((other) => other !== viewer);
    if (others.length === 0) this.#byCall.delete(callId);
    else this.#byCall.set(callId, others);
    return others.length < all.length;
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
