/** Tool calls in flight, by session and the caller's own call id. */
import { LonghandError } from "../base/errors.ts";
import { Call, type CancelDetails } from "./call.ts";

export interface OpenCallOptions {
  readonly callId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

interface CallsOfSession {
  readonly all: Set<Call>;
  readonly byId: Map<string, Call>;
}

/** The calls of one runtime. Every reader of a session finds those of the readers before it. */
export class CallRegistry {
  readonly #sessions = new Map<string, CallsOfSession>();

  /**
   * Refused with `conflict` while a call of the session with the same id is in flight. Without an id (or with an empty one) it runs and
   * cannot be named. Dispose the call when it has been answered.
   */
  open(sessionId: string, tool: string, { callId = "", signal }: OpenCallOptions = {}): Call {
    const calls = this.#sessions.get(sessionId) ?? { all: new Set(), byId: new Map() };
    if (callId !== "" && calls.byId.has(callId)) {
      throw new LonghandError("conflict", `a call with the id ${JSON.stringify(callId)} is in flight`, {
        param: "call_id",
      });
    }
    const key = { sessionId, callId: callId === "" ? null : callId };
    const call = new Call(key, tool, signal, (closed) => this.#close(calls, closed));
    this.#sessions.set(sessionId, calls);
    calls.all.add(call);
    if (callId !== "") calls.byId.set(callId, call);
    return call;
  }

  get(sessionId: string, callId: string): Call | undefined {
    return this.#sessions.get(sessionId)?.byId.get(callId);
  }

  inFlight(sessionId: string): readonly Call[] {
    return [...(this.#sessions.get(sessionId)?.all ?? [])];
  }

  cancelAll(sessionId: string, details: CancelDetails): void {
    for (const call of this.inFlight(sessionId)) call.cancel(details);
  }

  #close(calls: CallsOfSession, call: Call): void {
    calls.all.delete(call);
    // Only its own entry: the id may have been taken again.
    if (call.id !== null && calls.byId.get(call.id) === call) calls.byId.delete(call.id);
    if (calls.all.size === 0 && this.#sessions.get(call.sessionId) === calls) this.#sessions.delete(call.sessionId);
  }
}
