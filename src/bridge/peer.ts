/** One end of a JSON-RPC 2.0 connection: requests both ways, many in flight, each answered once, each can be cancelled. */
import { LonghandError } from "../base/errors.ts";
import type { LineWriter } from "./line-writer.ts";
import { cancelMethod, type Incoming, type RequestId, readMessage } from "./message.ts";
import { OutgoingRequests } from "./outgoing-requests.ts";
import { isDefect, RpcError, type RpcErrorJson, rpcCodes, toRpcError } from "./rpc-error.ts";

/** What a handler resolves with. */
export interface Reply {
  readonly result: unknown;
  /** Called when the operating system has the answer; never when it could not be written. */
  readonly onSent?: () => void;
}

export interface PeerHandlers {
  /** `signal` aborts when the other side cancels; the handler decides what that means, and still settles. */
  request(method: string, params: unknown, signal: AbortSignal): Promise<Reply>;
  notification(method: string, params: unknown): void;
}

export interface PeerOptions {
  readonly writer: LineWriter;
  readonly handlers: PeerHandlers;
  readonly log: (line: string) => void;
  /** Requests in flight, default 10,000: a client that needs more is not waiting for answers. */
  readonly maxInFlight?: number;
}

const defaultMaxInFlight = 10_000;

interface InFlight {
  readonly abort: AbortController;
  readonly settled: Promise<void>;
}

export class Peer {
  readonly #writer: LineWriter;
  readonly #handlers: PeerHandlers;
  readonly #log: (line: string) => void;
  readonly #maxInFlight: number;
  readonly #all = new Set<InFlight>();
  /** Those that can be named: `null` names nothing. */
  readonly #byId = new Map<RequestId, InFlight>();
  readonly #outgoing: OutgoingRequests;

  constructor(options: PeerOptions) {
    this.#writer = options.writer;
    this.#handlers = options.handlers;
    this.#log = options.log;
    this.#maxInFlight = options.maxInFlight ?? defaultMaxInFlight;
    this.#outgoing = new OutgoingRequests((message) => this.#send(message));
  }

  /** Takes one line of input. Never throws. */
  receive(text: string): void {
    const message = readMessage(text);
    switch (message.kind) {
      case "request":
        this.#onRequest(message);
        break;
      case "notification":
        this.#onNotification(message.method, message.params);
        break;
      case "result":
      case "error":
        if (!this.#outgoing.settle(message)) this.#log(`an answer to no request of ours: ${shown(message.id)}`);
        break;
      case "invalid":
        this.refuse(message.error, message.id);
        break;
      default:
        this.#log(message.why);
    }
  }

  /** Answers what was no request at all. */
  refuse(error: RpcErrorJson, id: RequestId = null): void {
    this.#send({ id, error });
  }

  notify(method: string, params: object): void {
    this.#send({ method, params });
  }

  /** A notification that may be lost: false when the other side reads too slowly. */
  offer(method: string, params: object): boolean {
    return this.#writer.offer(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  /** Asks the other side. Rejects with the `RpcError` it answers; an abort tells it so and rejects at once. */
  request(method: string, params: object, options: { readonly signal?: AbortSignal } = {}): Promise<unknown> {
    return this.#outgoing.request(method, params, options.signal);
  }

  /** The other side is gone, or will be: cancels its requests and gives up ours. Resolves when all have settled. */
  async close(reason: string): Promise<void> {
    this.#outgoing.close(reason);
    for (const { abort } of this.#all) abort.abort(reason);
    while (this.#all.size > 0) await Promise.all([...this.#all].map(({ settled }) => settled));
  }

  #onRequest({ id, method, params }: Incoming & { kind: "request" }): void {
    const refusal = this.#refusalOf(id);
    if (refusal !== null) {
      this.#send(refusal);
      return;
    }
    const abort = new AbortController();
    // Asked for in the same tick, so that requests start in the order of their lines.
    const reply = this.#handlers.request(method, params, abort.signal);
    const settled = this.#answer(id, method, reply).then(() => this.#forget(id, inFlight));
    const inFlight: InFlight = { abort, settled };
    this.#all.add(inFlight);
    if (id !== null) this.#byId.set(id, inFlight);
  }

  #refusalOf(id: RequestId): object | null {
    if (this.#byId.has(id)) {
      const message = `a request with the id ${shown(id)} is in flight`;
      // Without its id: the answer under that id belongs to the request that is in flight.
      return { id: null, error: { code: rpcCodes.invalidRequest, message, data: { id } } };
    }
    const limit = this.#maxInFlight;
    if (this.#all.size < limit) return null;
    const error = new LonghandError("capacity", `${limit} requests are in flight`, { details: { limit } });
    return { id, error: toRpcError(error) };
  }

  async #answer(id: RequestId, method: string, reply: Promise<Reply>): Promise<void> {
    try {
      const { result, onSent } = await reply;
      this.#writer.send(JSON.stringify({ jsonrpc: "2.0", id, result: result ?? null }), onSent);
    } catch (thrown) {
      if (isDefect(thrown)) this.#log(`${method} failed: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
      this.#send({ id, error: toRpcError(thrown) });
    }
  }

  #forget(id: RequestId, inFlight: InFlight): void {
    this.#all.delete(inFlight);
    if (this.#byId.get(id) === inFlight) this.#byId.delete(id);
  }

  #onNotification(method: string, params: unknown): void {
    if (method !== cancelMethod) {
      this.#handlers.notification(method, params);
      return;
    }
    const { id, reason } = params as { id?: RequestId; reason?: unknown };
    // One that was answered meanwhile is no mistake.
    this.#byId.get(id ?? null)?.abort.abort(typeof reason === "string" ? reason : undefined);
  }

  #send(message: object): void {
    this.#writer.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }
}

/** For handlers whose work may go on unseen: the request itself is answered as cancelled. */
export function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(new RpcError(rpcCodes.cancelled, "the request was cancelled"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return promise;
}

function shown(id: RequestId): string {
  return JSON.stringify(id).slice(0, 60);
}
