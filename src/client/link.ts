/** The connection that there is now, and the next one when it breaks: whoever asks waits for it, and asks again what may be asked twice. */
import { type Clock, sleep } from "../base/clock.ts";
import { type Deferred, deferred } from "../base/deferred.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import type { Backoff } from "./backoff.ts";
import { type Ask, type Connection, mayPass } from "./connection.ts";
import type { Endings } from "./endings.ts";

export interface LinkOptions {
  /** A connection on which everything can be asked again: sessions are open. */
  readonly connect: (closing: AbortSignal) => Promise<Connection>;
  /** Null: a connection that breaks is the end. */
  readonly backoff: Backoff | null;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** Of this connection and those before it. */
  readonly endings: Endings;
}

export interface LinkAsk extends Ask {
  /** It may be asked again on the next connection when this one breaks before the answer. */
  readonly again?: boolean;
  /** Throws when nothing is to be sent, although there is a connection. */
  readonly check?: () => void;
}

type State =
  | { readonly kind: "up"; readonly connection: Connection }
  | { readonly kind: "down"; readonly back: Deferred<void> }
  | { readonly kind: "over"; readonly error: LonghandError };

/** A connection that breaks sooner than this is no success: the delays go on from where they were. */
const steadyMs = 10_000;
/** The other side may notice only after a while that the connection of a first call is gone; until then its id is taken. */
const repeatMs = 10_000;
const repeatPauseMs = 100;

export class Link {
  readonly #options: LinkOptions;
  readonly #closing = new AbortController();
  #state: State = { kind: "over", error: new LonghandError("closed", "not connected yet") };
  #attempt = 0;
  #since = 0;
  #reconnecting: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The first connection. Rejects as `connect` does, without another attempt. */
  async start(): Promise<void> {
    this.#isUp(await this.#options.connect(this.#closing.signal));
  }

  async request(method: string, params: object, ask: LinkAsk = {}): Promise<unknown> {
    let repeatUntil: number | null = null;
    for (;;) {
      const connection = await this.#connected(ask.signal);
      ask.check?.();
      try {
        return await connection.request(method, params, ask);
      } catch (error) {
        if (connection.isEndedBy(error) && ask.again === true && !this.#closing.signal.aborted) {
          repeatUntil = this.#options.clock.monotonic() + repeatMs;
        } else if (!isTaken(error) || this.#options.clock.monotonic() > (repeatUntil ?? 0)) throw error;
        else await sleep(this.#options.clock, repeatPauseMs, ask.signal);
      }
    }
  }

  /** Ends the connection once what is in flight was answered; resolves when nothing of it is left, or of any before it. Never rejects. */
  async close(): Promise<void> {
    const before = this.#state;
    this.#closing.abort();
    this.#state = { kind: "over", error: new LonghandError("closed", "the client is closed") };
    if (before.kind === "down") before.back.resolve();
    if (before.kind === "up") await before.connection.close();
    await this.#reconnecting;
    await this.#options.endings.over();
  }

  /** Rejects when there is none and will be none, or when `signal` aborts before: nothing was sent then. */
  async #connected(signal: AbortSignal | undefined): Promise<Connection> {
    while (this.#state.kind === "down") {
      if (signal?.aborted === true) throw new LonghandError("unavailable", "given up before there was a connection");
      await unlessAborted(this.#state.back.promise, signal);
    }
    if (this.#state.kind === "over") throw this.#state.error;
    return this.#state.connection;
  }

  #isUp(connection: Connection): void {
    this.#since = this.#options.clock.monotonic();
    this.#state = { kind: "up", connection };
    void connection.ended.then((error) => this.#onEnd(error));
  }

  #onEnd(error: LonghandError): void {
    if (this.#state.kind === "over") return;
    const { backoff, clock, log } = this.#options;
    if (backoff === null) {
      this.#state = { kind: "over", error };
      return;
    }
    if (clock.monotonic() - this.#since > steadyMs) this.#attempt = 0;
    const back = deferred();
    this.#state = { kind: "down", back };
    log(error.message);
    this.#reconnecting = this.#reconnect(backoff, error, back);
  }

  async #reconnect(backoff: Backoff, first: LonghandError, back: Deferred<void>): Promise<void> {
    let last: unknown = first;
    while (!this.#closing.signal.aborted) {
      const delayMs = mayPass(last) ? backoff.delayMs(this.#attempt, this.#options.random()) : null;
      if (delayMs === null) return this.#giveUp(last, back);
      this.#attempt += 1;
      await sleep(this.#options.clock, delayMs, this.#closing.signal);
      if (this.#closing.signal.aborted) return;
      try {
        const connection = await this.#options.connect(this.#closing.signal);
        if (this.#closing.signal.aborted) return await connection.close();
        this.#isUp(connection);
        return back.resolve();
      } catch (error) {
        last = error;
      }
    }
  }

  #giveUp(last: unknown, back: Deferred<void>): void {
    const why = last instanceof Error ? last.message : String(last);
    const error =
      isLonghandError(last) && !last.retryable ? last : new LonghandError("unavailable", why, { cause: last });
    this.#state = { kind: "over", error };
    back.resolve();
    this.#options.log(`not connected any more: ${why}`);
  }
}

function isTaken(error: unknown): boolean {
  return isLonghandError(error) && error.kind === "conflict" && error.param === "call_id";
}

async function unlessAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const aborted = deferred();
  const onAbort = (): void => aborted.resolve();
  signal?.addEventListener("abort", onAbort, { once: true });
  await Promise.race([work, aborted.promise]);
  signal?.removeEventListener("abort", onAbort);
}
