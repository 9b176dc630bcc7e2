/** Tool calls in flight, by the caller's own call id: each can be cancelled or moved to the background without touching another. */
import { LonghandError } from "../base/errors.ts";

export interface CancelDetails {
  readonly by: string;
  readonly reason: string | null;
}

export type CancelStatus = "cancelled" | "already_cancelled" | "not_found";

export class Call implements Disposable {
  /** Null for a call that nobody can name. */
  readonly id: string | null;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** Resolves when the caller wants its running answer now (Ctrl+B). */
  readonly moved: Promise<void>;
  /** Resolves when somebody wants the end at once: no more grace. */
  readonly forced: Promise<void>;
  readonly #abort = new AbortController();
  readonly #moved = Promise.withResolvers<void>();
  readonly #forced = Promise.withResolvers<void>();
  readonly #onClose: (call: Call) => void;
  readonly #unlink: () => void;
  #details: CancelDetails | null = null;

  constructor(id: string | null, tool: string, outer: AbortSignal | undefined, onClose: (call: Call) => void) {
    this.id = id;
    this.tool = tool;
    this.signal = this.#abort.signal;
    this.moved = this.#moved.promise;
    this.forced = this.#forced.promise;
    this.#onClose = onClose;
    const onAbort = (): void => void this.cancel({ by: "caller", reason: reasonOf(outer?.reason) });
    // Not AbortSignal.any: it is retained for as long as the outer signal lives.
    outer?.addEventListener("abort", onAbort, { once: true });
    this.#unlink = () => outer?.removeEventListener("abort", onAbort);
    if (outer?.aborted === true) onAbort();
  }

  /** Who cancelled and why; null while nobody did. The first one stays. */
  get cancelled(): CancelDetails | null {
    return this.#details;
  }

  cancel(details: CancelDetails): CancelStatus {
    if (this.#details !== null) return "already_cancelled";
    this.#details = details;
    this.#abort.abort();
    return "cancelled";
  }

  force(): void {
    this.#forced.resolve();
  }

  moveToBackground(): void {
    this.#moved.resolve();
  }

  [Symbol.dispose](): void {
    this.#unlink();
    this.#onClose(this);
  }
}

export class CallRegistry {
  readonly #open = new Set<Call>();
  readonly #byId = new Map<string, Call>();

  /** Refused with `conflict` while a call with the same id is in flight. Dispose the call when it has been answered. */
  open(
    tool: string,
    options: { readonly callId?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Call {
    const id = options.callId ?? null;
    if (id !== null && this.#byId.has(id)) {
      throw new LonghandError("conflict", `a call with the id ${JSON.stringify(id)} is in flight`, {
        param: "call_id",
      });
    }
    const call = new Call(id, tool, options.signal, (closed) => {
      this.#open.delete(closed);
      if (id !== null && this.#byId.get(id) === closed) this.#byId.delete(id);
    });
    this.#open.add(call);
    if (id !== null) this.#byId.set(id, call);
    return call;
  }

  cancel(callId: string, details: CancelDetails, options: { readonly force?: boolean } = {}): CancelStatus {
    const call = this.#byId.get(callId);
    if (options.force === true) call?.force();
    return call?.cancel(details) ?? "not_found";
  }

  /** False when no such call is in flight. */
  moveToBackground(callId: string): boolean {
    const call = this.#byId.get(callId);
    call?.moveToBackground();
    return call !== undefined;
  }

  cancelAll(details: CancelDetails): void {
    for (const call of this.#open) call.cancel(details);
  }

  inFlight(): readonly Call[] {
    return [...this.#open];
  }
}

function reasonOf(reason: unknown): string | null {
  if (typeof reason === "string") return reason;
  // A DOMException is what `abort()` without a reason gives: it says nothing.
  return reason instanceof Error && reason.name !== "AbortError" ? reason.message : null;
}
