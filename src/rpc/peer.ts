/** One end of a JSON-RPC 2.0 connection: requests both ways, many in flight, each answered once, each can be cancelled. */
import { deferred } from "../base/deferred.ts";
import { LonghandError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import type { LineWriter } from "./line-writer.ts";
import { cancelMethod, type Incoming, namedRequest, type RequestId, readMessage, receivedMethod } from "./message.ts";
import { OutgoingRequests, type RequestOptions } from "./outgoing-requests.ts";
import { isDefect, RpcError, type RpcErrorJson, rpcCodes, toRpcError } from "./rpc-error.ts";

/** What a handler resolves with. */
export interface Reply {
  readonly result: unknown;
  /** Called when the operating system has the answer; never when it could not be written. */
  readonly onSent?: () => void;
}

export interface PeerHandlers {
  /** `signal` aborts when the other side cancels; the handler decides what that means, and still settles. */
  request(method: string, params: unknown, signal: AbortSignal, id: RequestId): Promise<Reply>;
  /** What a promise rejects with is a line in the log. */
  notification(method: string, params: unknown, signal: AbortSignal): Promise<void> | undefined;
  /** The other side has the answer to this request of its own. Default: a notification like any other. */
  received?(id: RequestId): void;
  /** Whether a message ends something that is in flight: such a one neither waits for its turn nor counts against the bound at once. */
  isUrgent?(method: string, params: unknown): boolean;
  /** The other side says that it could not read a line of ours. Default: a line in the log. */
  complaint?(error: RpcErrorJson): void;
  /** The other side sent what is no message. Default: it is told. */
  garbage?(error: RpcErrorJson): void;
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
    this.#take(readMessage(text));
  }

  /** For a line whose turn has not come: taken all the same when it ends something that is in flight, or answers a question of ours. */
  receiveAhead(text: string): boolean {
    const message = readMessage(text);
    const isTaken = this.#isUrgent(message);
    if (isTaken) this.#take(message);
    return isTaken;
  }

  #take(message: Incoming): void {
    switch (message.kind) {
      case "request":
        this.#onRequest(message);
        break;
      case "notification":
        this.#onNotification(message);
        break;
      case "error":
        if (message.id === null && this.#onComplaint(message.error)) break;
        if (!this.#outgoing.settle(message)) this.#log(`an answer to no request of ours: ${shown(message.id)}`);
        break;
      case "result":
        if (!this.#outgoing.settle(message)) this.#log(`an answer to no request of ours: ${shown(message.id)}`);
        break;
      case "invalid":
        if (this.#handlers.garbage === undefined) this.refuse(message.error, message.id);
        else this.#handlers.garbage(message.error);
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

  /** Asks the other side. Rejects with the `RpcError` it answers. */
  request(method: string, params: object, options: RequestOptions = {}): Promise<unknown> {
    return this.#outgoing.request(method, params, options);
  }

  /** The other side is gone, or will be: cancels its requests and gives up ours. Resolves when all have settled. */
  async close(reason: string): Promise<void> {
    this.#outgoing.close(reason);
    for (const { abort } of this.#all) abort.abort(reason);
    while (this.#all.size > 0) await Promise.all([...this.#all].map(({ settled }) => settled));
  }

  /** Of a line of ours that the other side could not read. False when nobody here knows more about it. */
  #onComplaint(error: RpcErrorJson): boolean {
    const limit = isRecord(error.data) ? error.data["limit"] : null;
    if (typeof limit === "number" && this.#outgoing.refuseLonger(limit, error)) return true;
    this.#handlers.complaint?.(error);
    return this.#handlers.complaint !== undefined;
  }

  #isUrgent(message: Incoming): boolean {
    if (message.kind === "result" || message.kind === "error") return true;
    if (message.kind === "notification" && message.method === cancelMethod) {
      return this.#byId.has(namedRequest(message.params) ?? null);
    }
    const isCall = message.kind === "request" || message.kind === "notification";
    return isCall && this.#handlers.isUrgent?.(message.method, message.params) === true;
  }

  #onRequest(message: Incoming & { kind: "request" }): void {
    const { id, method, params } = message;
    const refusal = this.#refusalOf(message);
    if (refusal !== null) {
      this.#send(refusal);
      return;
    }
    // Asked for in the same tick, so that requests start in the order of their lines.
    this.#track(id, (signal) => this.#answer(id, method, this.#handlers.request(method, params, signal, id)));
  }

  #refusalOf(message: Incoming & { kind: "request" }): object | null {
    const { id } = message;
    if (this.#byId.has(id)) {
      const text = `a request with the id ${shown(id)} is in flight`;
      // Without its id: the answer under that id belongs to the request that is in flight.
      return { id: null, error: { code: rpcCodes.invalidRequest, message: text, data: { id } } };
    }
    if (this.#hasPlace(message)) return null;
    const limit = this.#maxInFlight;
    const error = new LonghandError("capacity", `${limit} requests are in flight`, { details: { limit } });
    return { id, error: toRpcError(error) };
  }

  /** When everything is taken, there must be a place for what gives one back. */
  #hasPlace(message: Incoming): boolean {
    if (this.#all.size < this.#maxInFlight) return true;
    return this.#all.size < 2 * this.#maxInFlight && this.#isUrgent(message);
  }

  #track(id: RequestId, work: (signal: AbortSignal) => Promise<void>): void {
    const abort = new AbortController();
    const settled = work(abort.signal).then(() => this.#forget(id, inFlight));
    const inFlight: InFlight = { abort, settled };
    this.#all.add(inFlight);
    if (id !== null) this.#byId.set(id, inFlight);
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

  #onNotification(message: Incoming & { kind: "notification" }): void {
    const { method, params } = message;
    // What is about a request takes no place of its own, and is heard when there is none.
    const { received } = this.#handlers;
    if (method === cancelMethod) this.#aboutRequest(message, (id) => this.#cancel(id, params));
    else if (method === receivedMethod && received !== undefined) this.#aboutRequest(message, received);
    else if (this.#hasPlace(message)) this.#track(null, (signal) => this.#heed(method, params, signal));
    else this.#log(`notification ${shown(method)}: too much is in flight`);
  }

  #cancel(id: RequestId, params: unknown): void {
    const { reason } = params as { reason?: unknown };
    // One that was answered meanwhile is no mistake.
    this.#byId.get(id)?.abort.abort(typeof reason === "string" ? reason : undefined);
  }

  #aboutRequest({ method, params }: Incoming & { kind: "notification" }, heed: (id: RequestId) => void): void {
    const id = namedRequest(params);
    if (id === null) this.#log(`notification ${shown(method)}: id must be a string or a number`);
    else heed(id);
  }

  async #heed(method: string, params: unknown, signal: AbortSignal): Promise<void> {
    try {
      await this.#handlers.notification(method, params, signal);
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      this.#log(`notification ${shown(method)}: ${isDefect(thrown) && thrown instanceof Error ? thrown.stack : why}`);
    }
  }

  #send(message: object): number {
    return this.#writer.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }
}

/** For handlers whose work may go on unseen: the request itself is answered as cancelled. */
export function abandonable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = deferred<T>();
  const onAbort = (): void => reject(new RpcError(rpcCodes.cancelled, "the request was cancelled"));
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return promise;
}

function shown(id: RequestId): string {
  return JSON.stringify(id).slice(0, 60);
}
