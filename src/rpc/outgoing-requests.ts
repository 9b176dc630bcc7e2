/** Requests from us to the other side that wait for their answers. */
import { abortReason } from "../base/abort-reason.ts";
import { type Deferred, deferred } from "../base/deferred.ts";
import { cancelMethod, type RequestId } from "./message.ts";
import { RpcError, type RpcErrorJson, rpcCodes } from "./rpc-error.ts";

type Answer =
  | { readonly kind: "result"; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: RequestId; readonly error: RpcErrorJson };

/** Ours are recognisable in a transcript, and no client uses them by accident. */
const prefix = "lh-";

export interface RequestOptions {
  /** Tells the other side that nobody wants the answer any more, and why. */
  readonly signal?: AbortSignal | undefined;
  /** `answers`: a cancelled request is still waited for. Default: it rejects at once. */
  readonly onCancel?: "answers" | undefined;
  /** Called with the id when the result comes, before anybody who awaits it runs. */
  readonly onResult?: ((id: RequestId) => void) | undefined;
}

interface Waiting {
  readonly answer: Deferred<unknown>;
  readonly onResult: RequestOptions["onResult"];
  /** Of its line. */
  bytes: number;
}

/** Nothing will answer any more, as opposed to an error that the other side sent. */
export class Unanswered extends RpcError {
  constructor(why: string) {
    super(rpcCodes.cancelled, why);
  }
}

export class OutgoingRequests {
  readonly #send: (message: object) => number;
  readonly #waiting = new Map<RequestId, Waiting>();
  #last = 0;
  #closed: string | null = null;

  /** `send` returns the bytes of the line. */
  constructor(send: (message: object) => number) {
    this.#send = send;
  }

  async request(method: string, params: object, options: RequestOptions = {}): Promise<unknown> {
    const { signal, onCancel, onResult } = options;
    if (this.#closed !== null) throw new Unanswered(this.#closed);
    if (signal?.aborted === true && onCancel !== "answers") {
      throw new RpcError(rpcCodes.cancelled, "cancelled before it was asked");
    }
    this.#last += 1;
    const id = `${prefix}${this.#last}`;
    const waiting: Waiting = { answer: deferred<unknown>(), onResult, bytes: 0 };
    this.#waiting.set(id, waiting);
    const onAbort = (): void => {
      const reason = signal === undefined ? null : abortReason(signal);
      this.#send({ method: cancelMethod, params: { id, ...(reason === null ? {} : { reason }) } });
      if (onCancel !== "answers") waiting.answer.reject(new RpcError(rpcCodes.cancelled, "the question is void"));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      waiting.bytes = this.#send({ id, method, params });
      if (signal?.aborted === true) onAbort();
      return await waiting.answer.promise;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** False for an answer to nothing; one that comes after its question became void is no mistake. */
  settle(answer: Answer): boolean {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return this.#wasAsked(answer.id);
    if (answer.kind === "result") {
      waiting.onResult?.(answer.id);
      waiting.answer.resolve(answer.result);
    } else waiting.answer.reject(fromJson(answer.error));
    return true;
  }

  /** Lines beyond a limit of the other side were not read: their requests fail. False when there is none. */
  refuseLonger(limit: number, error: RpcErrorJson): boolean {
    const refused = [...this.#waiting.values()].filter(({ bytes }) => bytes > limit);
    for (const { answer } of refused) answer.reject(fromJson(error));
    return refused.length > 0;
  }

  close(reason: string): void {
    this.#closed = reason;
    for (const { answer } of this.#waiting.values()) answer.reject(new Unanswered(reason));
  }

  #wasAsked(id: RequestId): boolean {
    if (typeof id !== "string" || !id.startsWith(prefix)) return false;
    const number = Number(id.slice(prefix.length));
    return Number.isInteger(number) && number > 0 && number <= this.#last;
  }
}

function fromJson({ code, message, data }: RpcErrorJson): RpcError {
  return new RpcError(code, message, { data });
}
