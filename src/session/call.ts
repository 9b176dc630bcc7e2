/** One tool call in flight: it can be cancelled or moved to the background without touching another. */
import { abortReason } from "../base/abort-reason.ts";
import { Moment } from "../base/moment.ts";

/** Who cancelled a call and why, as everybody is told. */
export interface Canceller {
  readonly by: string;
  readonly reason: string | null;
}

export interface CancelDetails extends Canceller {
  /** The inbox tells it, too. */
  readonly injectReminder: boolean;
}

export interface CallKey {
  readonly sessionId: string;
  /** Null for a call that nobody can name. */
  readonly callId: string | null;
  /** Of the reader that made it. */
  readonly readerEpoch: number;
}

/** One for all: what makes `abort()` slow, five times over, is an exception with a stack of its own for each. */
const cancelled = new DOMException("the tool call was cancelled", "AbortError");

/** Everything about it that most calls never need is made when it is asked for: opening and closing one is a few objects. */
export class Call implements Disposable {
  readonly sessionId: string;
  /** Null for a call that nobody can name. */
  readonly id: string | null;
  /** Of the reader that made it: later ones may cancel it, earlier ones may not. */
  readonly readerEpoch: number;
  readonly tool: string;
  readonly #onClose: (call: Call) => void;
  readonly #moved = new Moment();
  readonly #forced = new Moment();
  readonly #completed = new Moment();
  #abort: AbortController | null = null;
  #outer: AbortSignal | null = null;
  #onOuterAbort: (() => void) | null = null;
  #details: CancelDetails | null = null;

  constructor(
    { sessionId, callId, readerEpoch }: CallKey,
    tool: string,
    outer: AbortSignal | undefined,
    onClose: (call: Call) => void,
  ) {
    this.sessionId = sessionId;
    this.id = callId;
    this.readerEpoch = readerEpoch;
    this.tool = tool;
    this.#onClose = onClose;
    if (outer !== undefined) this.#follow(outer);
  }

  /** Aborts when the call is cancelled. */
  get signal(): AbortSignal {
    if (this.#abort === null) {
      this.#abort = new AbortController();
      if (this.#details !== null) this.#abort.abort(cancelled);
    }
    return this.#abort.signal;
  }

  /** Who cancelled and why; null while nobody did. The first one stays. */
  get cancelled(): CancelDetails | null {
    return this.#details;
  }

  /** Resolves when the caller wants its running answer now (Ctrl+B). */
  get moved(): Promise<void> {
    return this.#moved.promise;
  }

  /** Resolves when somebody wants the end at once: no more grace. */
  get forced(): Promise<void> {
    return this.#forced.promise;
  }

  /** It has been answered: nothing of it is in flight any more. */
  get isCompleted(): boolean {
    return this.#completed.happened;
  }

  /** Resolves when it has been answered. */
  get completed(): Promise<void> {
    return this.#completed.promise;
  }

  /** False when it was cancelled before, or has been answered: then nothing changes. */
  cancel(details: CancelDetails): boolean {
    if (this.#details !== null || this.isCompleted) return false;
    this.#details = details;
    this.#abort?.abort(cancelled);
    return true;
  }

  force(): void {
    this.#forced.happen();
  }

  moveToBackground(): void {
    this.#moved.happen();
  }

  [Symbol.dispose](): void {
    if (this.isCompleted) return;
    if (this.#onOuterAbort !== null) this.#outer?.removeEventListener("abort", this.#onOuterAbort);
    this.#onClose(this);
    this.#completed.happen();
  }

  /** Not by AbortSignal.any, which is retained for as long as the outer signal lives. */
  #follow(outer: AbortSignal): void {
    const onAbort = (): void => {
      this.cancel({ by: "caller", reason: abortReason(outer), injectReminder: false });
    };
    if (outer.aborted) {
      onAbort();
      return;
    }
    outer.addEventListener("abort", onAbort);
    this.#outer = outer;
    this.#onOuterAbort = onAbort;
  }
}
