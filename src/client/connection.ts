/** One connection to a bridge, from its streams to its end. What happens after the end is not its matter. */
import { type Clock, sleep } from "../base/clock.ts";
import { deferred } from "../base/deferred.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { isRecord } from "../base/json.ts";
import { LineWriter } from "../rpc/line-writer.ts";
import { type Line, LineSplitter } from "../rpc/lines.ts";
import { type RequestId, receivedMethod } from "../rpc/message.ts";
import { Unanswered } from "../rpc/outgoing-requests.ts";
import { Peer, type PeerHandlers } from "../rpc/peer.ts";
import type { RpcErrorJson } from "../rpc/rpc-error.ts";
import type { Endings } from "./endings.ts";
import { fromRpc } from "./errors.ts";
import type { Streams } from "./streams.ts";

export interface ConnectionOptions {
  readonly streams: Streams;
  readonly maxLineBytes: number;
  readonly log: (line: string) => void;
  readonly handlers: Pick<PeerHandlers, "request" | "notification">;
  readonly clock: Clock;
  readonly endings: Endings;
}

export interface Ask {
  /** Gives the request up on the other side, which answers all the same. */
  readonly signal?: AbortSignal | undefined;
  /** Its answer carries what is delivered by it: says that it came. */
  readonly confirm?: boolean;
}

/** How long the other side may take to stop what runs and to answer what is open: a stop ladder takes 2 s. */
const partingMs = 10_000;
/** How long the reason of an end may be behind it: a process is reaped a moment after its pipes are closed. */
const explainMs = 1_000;

export class Connection {
  /** Resolves with the reason, once. */
  readonly ended: Promise<LonghandError>;
  readonly #ended = deferred<LonghandError>();
  readonly #streams: Streams;
  readonly #writer: LineWriter;
  readonly #peer: Peer;
  readonly #lines: LineSplitter;
  readonly #inputEnded = deferred();
  readonly #clock: Clock;
  readonly #endings: Endings;
  #isClosing = false;
  #end: LonghandError | null = null;
  #confirms = false;

  constructor({ streams, maxLineBytes, log, handlers, clock, endings }: ConnectionOptions) {
    this.ended = this.#ended.promise;
    this.#streams = streams;
    this.#clock = clock;
    this.#endings = endings;
    this.#lines = new LineSplitter(maxLineBytes);
    this.#writer = new LineWriter(streams.output);
    const garbage = (error: RpcErrorJson): void => this.break(`it does not speak the protocol: ${error.message}`);
    const complaint = ({ message }: RpcErrorJson): void => this.break(`it could not read a line of ours: ${message}`);
    this.#peer = new Peer({ writer: this.#writer, log, handlers: { ...handlers, garbage, complaint } });
    void this.#writer.gone.then(() => this.#onGone("it reads no more"));
    this.#read(maxLineBytes);
  }

  /** Rejects with the error of the other side, or with `lost` when the connection ended before the answer. */
  async request(method: string, params: object, { signal, confirm = false }: Ask = {}): Promise<unknown> {
    await this.#writer.room();
    if (this.#end !== null) throw this.#end;
    const onResult = (id: RequestId): void => {
      if (confirm && this.#confirms) this.#peer.notify(receivedMethod, { id });
    };
    try {
      return await this.#peer.request(method, params, { signal, onCancel: "answers", onResult });
    } catch (thrown) {
      // What the other side answered counts, also when the connection has ended before anybody could look at it.
      throw thrown instanceof Unanswered && this.#end !== null ? this.#end : fromRpc(thrown);
    }
  }

  /** Whether this is what the requests of this connection were rejected with when it ended. */
  isEndedBy(thrown: unknown): boolean {
    return this.#end !== null && this.#end === thrown;
  }

  /** Agrees on a version; rejects with what the two cannot do together. */
  async initialize(params: object): Promise<ServerCapabilities> {
    const capabilities = capabilitiesOf(await this.request("initialize", params));
    this.#confirms = capabilities.receipts;
    return capabilities;
  }

  /** Says that nothing more is asked, and waits for what is still answered. Never rejects. */
  async close(): Promise<void> {
    if (this.#end === null && !this.#isClosing) {
      this.#isClosing = true;
      const timer = this.#clock.after(partingMs, () => this.#inputEnded.resolve());
      const over = Promise.race([this.#inputEnded.promise, this.ended]);
      // What was said before it is still in the queue when the other side reads slowly.
      await Promise.race([this.#writer.flushed(), over]);
      this.#streams.output.end();
      await over;
      timer.cancel();
    }
    this.#finish(new LonghandError("closed", "the client is closed"));
  }

  /** At once, whatever is in flight. */
  break(why: string): void {
    this.#finish(lost(why));
  }

  /** Whoever carries the connection may know more than what is in the stream; null when not, or not soon. */
  async explanation(): Promise<string | null> {
    const known = new AbortController();
    const late = sleep(this.#clock, explainMs, known.signal).then(() => null);
    try {
      return await Promise.race([this.#streams.whyEnded().catch(() => null), late]);
    } finally {
      known.abort();
    }
  }

  #read(maxLineBytes: number): void {
    const { input } = this.#streams;
    const take = (line: Line): void => {
      if (this.#end !== null) return;
      if (line.kind === "line") this.#peer.receive(line.text);
      else if (line.kind === "not_text") this.break("it does not speak the protocol: not UTF-8");
      else this.break(`it sent a line longer than ${maxLineBytes} bytes (maxLineBytes)`);
    };
    input.on("data", (chunk: Uint8Array | string) => {
      for (const line of this.#lines.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk)) take(line);
    });
    const onEnd = (why: string): void => {
      this.#inputEnded.resolve();
      this.#onGone(why);
    };
    input.on("error", (error: Error) => onEnd(error.message));
    input.once("end", () => onEnd("the other side ended it"));
    input.once("close", () => onEnd("the other side ended it"));
  }

  /** One end of it is gone: that of a closing connection is expected to be. */
  #onGone(why: string): void {
    if (this.#end === null && !this.#isClosing) void this.explanation().then((reason) => this.break(reason ?? why));
  }

  #finish(error: LonghandError): void {
    if (this.#end !== null) return;
    this.#end = error;
    void this.#peer.close(error.message);
    this.#streams.input.destroy();
    this.#streams.output.destroy();
    this.#endings.add(this.#streams.close({ isBroken: !this.#isClosing }).catch(() => undefined));
    this.#ended.resolve(error);
  }
}

export interface ServerCapabilities {
  /** It asks before a command. */
  readonly approval: boolean;
  readonly receipts: boolean;
}

function capabilitiesOf(result: unknown): ServerCapabilities {
  const { capabilities } = isRecord(result) ? result : {};
  if (!isRecord(capabilities))
    throw lost("it does not speak the protocol: no capabilities in its answer to initialize");
  return { approval: capabilities["approval"] === true, receipts: capabilities["receipts"] === true };
}

export function lost(why: string): LonghandError {
  return new LonghandError("unavailable", `the connection to the bridge is lost: ${why}`);
}

/** Worth another attempt with the same means. */
export function mayPass(error: unknown): boolean {
  return !isLonghandError(error) || error.retryable;
}
