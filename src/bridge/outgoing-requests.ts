/** Requests from us to the other side that wait for their answers. */
import { cancelMethod, type RequestId } from "./message.ts";
import { RpcError, type RpcErrorJson, rpcCodes } from "./rpc-error.ts";

type Answer =
  | { readonly kind: "result"; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: "error"; readonly id: RequestId; readonly error: RpcErrorJson };

/** Ours are recognisable in a transcript, and no client uses them by accident. */
const prefix = "lh-";

export class OutgoingRequests {
  readonly #send: (message: object) => void;
  readonly #waiting = new Map<RequestId, PromiseWithResolvers<unknown>>();
  #last = 0;
  #closed: string | null = null;

  constructor(send: (message: object) => void) {
    this.#send = send;
  }

  async request(method: string, params: object, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed !== null) throw new RpcError(rpcCodes.cancelled, this.#closed);
    if (signal?.aborted === true) throw new RpcError(rpcCodes.cancelled, "cancelled before it was asked");
    this.#last += 1;
    const id = `${prefix}${this.#last}`;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    const onAbort = (): void => {
      this.#send({ method: cancelMethod, params: { id } });
      waiting.reject(new RpcError(rpcCodes.cancelled, "the question is void"));
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      this.#send({ id, method, params });
      return await waiting.promise;
    } finally {
      this.#waiting.delete(id);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** False for an answer to nothing; one that comes after its question became void is no mistake. */
  settle(answer: Answer): boolean {
    const waiting = this.#waiting.get(answer.id);
    if (waiting === undefined) return this.#wasAsked(answer.id);
    if (answer.kind === "result") waiting.resolve(answer.result);
    else waiting.reject(new RpcError(answer.error.code, answer.error.message, { data: answer.error.data }));
    return true;
  }

  close(reason: string): void {
    this.#closed = reason;
    for (const waiting of this.#waiting.values()) waiting.reject(new RpcError(rpcCodes.cancelled, reason));
  }

  #wasAsked(id: RequestId): boolean {
    if (typeof id !== "string" || !id.startsWith(prefix)) return false;
    const number = Number(id.slice(prefix.length));
    return Number.isInteger(number) && number > 0 && number <= this.#last;
  }
}
