/** Tool calls in flight, by session and the caller's own call id. */
import { LonghandError } from "../base/errors.ts";
import { Call, type CancelDetails } from "./call.ts";

export interface OpenCallOptions {
  readonly callId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** By id; one without an id by itself: nobody can name it. */
type CallsOfSession = Map<string | Call, Call>;

/** The calls of one runtime. Every reader of a session finds those of the readers before it. */
export class CallRegistry {
  readonly #sessions = new Map<string, CallsOfSession>();
  /** The session that was the last to have no call in flight keeps its map: most have one call at a time, and the next one comes. */
  #quiet: string | null = null;

  /**
   * Refused with `conflict` while a call of the session with the same id is in flight. Without an id (or with an empty one) it runs and
   * cannot be named. Dispose the call when it has been answered.
   */
  open(sessionId: string, tool: string, { callId = "", signal }: OpenCallOptions = {}): Call {
    const calls = this.#sessions.get(sessionId);
    if (callId !== "" && calls?.has(callId) === true) {
      throw new LonghandError("conflict", `a call with the id ${JSON.stringify(callId)} is in flight`, {
        param: "call_id",
      });
    }
    const call = new Call({ sessionId, callId: callId === "" ? null : callId }, tool, signal, this.#close);
    if (calls === undefined) this.#sessions.set(sessionId, new Map([[call.id ?? call, call]]));
    else calls.set(call.id ?? call, call);
    return call;
  }

  get(sessionId: string, callId: string): Call | undefined {
    return this.#sessions.get(sessionId)?.get(callId);
  }

  inFlight(sessionId: string): readonly Call[] {
    return [...(this.#sessions.get(sessionId)?.values() ?? [])];
  }

  cancelAll(sessionId: string, details: CancelDetails): void {
    for (const call of this.inFlight(sessionId)) call.cancel(details);
  }

  readonly #close = (call: Call): void => {
    const calls = this.#sessions.get(call.sessionId);
    const key = call.id ?? call;
    // Only its own entry: the id may have been taken again.
    if (calls?.get(key) !== call) return;
    calls.delete(key);
    if (calls.size === 0) this.#rest(call.sessionId);
  };

  #rest(sessionId: string): void {
    const former = this.#quiet;
    this.#quiet = sessionId;
    if (former === null || former === sessionId) return;
    if (this.#sessions.get(former)?.size === 0) this.#sessions.delete(former);
  }
}
