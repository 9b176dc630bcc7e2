/** The other end of a bridge for tests: sends lines, sorts what comes back, answers what it is asked. */
import { PassThrough, type Readable, type Writable } from "node:stream";
import { createBridge, type ServeOptions } from "../../src/bridge/index.ts";
import type { Runtime } from "../../src/runtime.ts";
import { checkContract } from "./contract/check.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface CallAnswer {
  readonly status: string;
  readonly text: string;
  readonly data: Fields;
}

export interface ClaimAnswer {
  readonly claim_id: string | null;
  readonly messages: readonly Fields[];
  readonly text: string;
  readonly redelivered?: boolean;
}

export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: Fields;
}

export interface Message {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: unknown;
  readonly error?: RpcFailure;
}

/** What an error answer rejects with. */
export class Refused extends Error {
  readonly error: RpcFailure;
  constructor(error: RpcFailure) {
    super(error.message);
    this.error = error;
  }
}

export class BridgeClient {
  /** Everything that came, in order. */
  readonly received: Message[] = [];
  readonly #input: Writable;
  readonly #waiting = new Map<unknown, PromiseWithResolvers<unknown>>();
  /** By the id of the request. */
  readonly #methods = new Map<unknown, string>();
  #next = 1;
  #held = "";
  /** Something came that is not of the contract: nothing is answered any more. */
  #broken: Error | null = null;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    output.setEncoding("utf8");
    output.on("data", (text: string) => this.#take(text));
  }

  /** Answers requests from the bridge; null leaves one open. */
  onRequest: (method: string, params: Fields, id: unknown) => unknown = () => ({ decision: "allow" });

  /** A request whose id the caller knows, for cancelling it. */
  ask<T = Fields>(id: unknown, method: string, params: object = {}): Promise<T> {
    const waiting = Promise.withResolvers<unknown>();
    waiting.promise.catch(() => undefined);
    if (this.#broken !== null) waiting.reject(this.#broken);
    this.#waiting.set(id, waiting);
    if (!hasRecords(params)) this.#methods.set(id, method);
    this.line({ jsonrpc: "2.0", id, method, params });
    return waiting.promise as Promise<T>;
  }

  request<T = Fields>(method: string, params: object = {}): Promise<T> {
    return this.ask<T>(this.#next++, method, params);
  }

  /** The error that a request is answered with. */
  async failure(method: string, params: object = {}): Promise<RpcFailure> {
    const answer = await this.request(method, params).catch((error: unknown) => error);
    if (answer instanceof Refused) return answer.error;
    if (answer instanceof Error) throw answer;
    throw new Error(`${method} was not refused: ${JSON.stringify(answer)}`);
  }

  notify(method: string, params: object = {}): void {
    this.line({ jsonrpc: "2.0", method, params });
  }

  call(sessionId: string, name: string, input: object, more: Fields = {}): Promise<CallAnswer> {
    return this.request<CallAnswer>("tool/call", { session_id: sessionId, name, input, ...more });
  }

  /** `run_command` with a shell text. */
  run(sessionId: string, command: string, input: Fields = {}, more: Fields = {}): Promise<CallAnswer> {
    return this.call(sessionId, "run_command", { command, ...input }, more);
  }

  claim(sessionId: string): Promise<ClaimAnswer> {
    return this.request<ClaimAnswer>("inbox/claim", { session_id: sessionId });
  }

  line(message: object): void {
    this.raw(`${JSON.stringify(message)}\n`);
  }

  raw(bytes: string | Uint8Array): void {
    this.#input.write(bytes);
  }

  end(): void {
    this.#input.end();
  }

  notifications(method: string): Fields[] {
    return this.received.filter((message) => message.method === method).map((message) => message.params ?? {});
  }

  /** Error answers to what was no request. */
  complaints(): RpcFailure[] {
    return this.received.flatMap(({ id, error }) => (id === null && error !== undefined ? [error] : []));
  }

  #take(text: string): void {
    const lines = (this.#held + text).split("\n");
    this.#held = lines.pop() ?? "";
    try {
      for (const line of lines) this.#message(JSON.parse(line) as Message);
    } catch (error) {
      this.#break(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Every request fails with it, and so does the run, where nobody waits for one. Not thrown from here: it would be into the bridge. */
  #break(error: Error): void {
    this.#broken ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    queueMicrotask(() => {
      throw error;
    });
  }

  #message(message: Message): void {
    this.received.push(message);
    this.#fits(message);
    if (message.method !== undefined) {
      if (message.id === undefined) return;
      const result = this.onRequest(message.method, message.params ?? {}, message.id);
      if (result !== null) this.line({ jsonrpc: "2.0", id: message.id, result });
      return;
    }
    const waiting = this.#waiting.get(message.id);
    if (message.error === undefined) waiting?.resolve(message.result);
    else waiting?.reject(new Refused(message.error));
  }

  /** Whatever the bridge says is of the published contract. */
  #fits({ id, method, params, result, error }: Message): void {
    const asked = method === undefined ? this.#methods.get(id) : undefined;
    if (method !== undefined) checkContract(`bridge/${method.replace("$/", "")}.params`, params);
    else this.#methods.delete(id);
    if (error !== undefined) checkContract("bridge/error", error);
    else if (asked !== undefined) checkContract(`bridge/${asked}.result`, result);
  }
}

/** The library's own records are no part of the contract. */
function hasRecords(params: object): boolean {
  return "records" in params && params.records === true;
}

export interface ServedClient extends AsyncDisposable {
  readonly client: BridgeClient;
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly log: string[];
  /** Resolves when `serve` did. */
  readonly served: Promise<void>;
}

/** One client on streams in memory. Disposing it ends the input and waits for the bridge. */
export function connect(
  runtime: Runtime,
  {
    bridge = createBridge(),
    ...options
  }: Partial<ServeOptions> & { readonly bridge?: ReturnType<typeof createBridge> } = {},
): ServedClient {
  const input = new PassThrough();
  const output = new PassThrough();
  const log: string[] = [];
  const served = bridge.serve({ input, output, runtime, log: (line) => void log.push(line), ...options });
  const client = new BridgeClient(input, output);
  return {
    client,
    input,
    output,
    log,
    served,
    async [Symbol.asyncDispose]() {
      input.end();
      await served;
    },
  };
}
