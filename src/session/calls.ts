/** Tool calls in flight, by session and the caller's own call id. */
import { LonghandError } from "../base/errors.ts";
import { Call, type CancelDetails } from "./call.ts";

export interface OpenCallOptions {
  readonly callId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the reader that makes the call. Default 0. */
  readonly readerEpoch?: number;
}

/** By id; one without an id by itself, as one whose id was taken over: nobody can name it. */
type CallsOfSession = Map<string | Call, Call>;

/**
 * The calls of one runtime. A reader of a session finds its own and those of the readers before it, never those of a reader after it: that
 * is what `upTo`, its epoch, is for. Without it: those of every reader.
 */
export class CallRegistry {
  readonly #sessions = new Map<string, CallsOfSession>();
  /** The session that was the last to have no call in flight keeps its map: most have one call at a time, and the next one comes. */
  #quiet: string | null = null;

  /**
   * Refused with `conflict` while a call of the same or a later reader of the session has the id; from a call of an earlier reader it is taken
   * over: that one goes on, and cannot be named any more. Without an id (or with an empty one) it runs and cannot be named. Dispose the call
   * when it has been answered.
   */
  open(sessionId: string, tool: string, { callId = "", signal, readerEpoch = 0 }: OpenCallOptions = {}): Call {
    const calls = this.#sessions.get(sessionId);
    const former = callId === "" ? undefined : calls?.get(callId);
    if (former !== undefined && former.readerEpoch >= readerEpoch) {
      throw new LonghandError("conflict", `a call with the id ${JSON.stringify(callId)} is in flight`, {
        param: "call_id",
      });
    }
    const call = new Call({ sessionId, callId: callId === "" ? null : callId, readerEpoch }, tool, signal, this.#close);
    if (calls === undefined) this.#sessions.set(sessionId, new Map([[call.id ?? call, call]]));
    else if (former === undefined) calls.set(call.id ?? call, call);
    else this.#sessions.set(sessionId, takenOver(calls, former).set(callId, call));
    return call;
  }

  get(sessionId: string, callId: string, upTo = Number.POSITIVE_INFINITY): Call | undefined {
    const call = this.#sessions.get(sessionId)?.get(callId);
    return call === undefined || call.readerEpoch > upTo ? undefined : call;
  }

  inFlight(sessionId: string, upTo = Number.POSITIVE_INFINITY): readonly Call[] {
    const calls = this.#sessions.get(sessionId)?.values() ?? [];
    return [...calls].filter(({ readerEpoch }) => readerEpoch <= upTo);
  }

  cancelAll(sessionId: string, details: CancelDetails, upTo?: number): void {
    for (const call of this.inFlight(sessionId, upTo)) call.cancel(details);
  }

  readonly #close = (call: Call): void => {
    const calls = this.#sessions.get(call.sessionId);
    const key = call.id ?? call;
    // Only its own entry: the id may have been taken over.
    if (calls?.get(key) === call) calls.delete(key);
    else calls?.delete(call);
    if (calls?.size === 0) this.#rest(call.sessionId);
  };

  #rest(sessionId: string): void {
    const former = this.#quiet;
    this.#quiet = sessionId;
    if (former === null || former === sessionId) return;
    if (this.#sessions.get(former)?.size === 0) this.#sessions.delete(former);
  }
}

/** In the same order, with the former one by itself. */
function takenOver(calls: CallsOfSession, former: Call): CallsOfSession {
  return new Map([...calls].map(([key, call]) => [call === former ? call : key, call]));
}
