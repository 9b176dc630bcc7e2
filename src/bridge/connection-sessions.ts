/** The sessions that one connection has open, from `session/open` to the end of the connection. */
import { LonghandError } from "../base/errors.ts";
import type { Runtime } from "../runtime.ts";
import type { OpenSessionOptions } from "../session/open-options.ts";
import type { Session } from "../session/session.ts";
import type { Client } from "./client.ts";
import type { HeldSession, SessionHolders } from "./session-holders.ts";

type Reports = Awaited<ReturnType<Session["close"]>>;

export class ConnectionSessions {
  readonly #runtime: Runtime;
  readonly #holders: SessionHolders;
  readonly #client: Client;
  readonly #open = new Map<string, HeldSession>();
  /** By id, so that requests that were sent along with the `session/open` wait for it. */
  readonly #opening = new Map<string, Promise<unknown>>();
  readonly #unnamed = new Set<Promise<unknown>>();
  #own: Promise<HeldSession> | null = null;

  constructor(runtime: Runtime, holders: SessionHolders, client: Client) {
    this.#runtime = runtime;
    this.#holders = holders;
    this.#client = client;
  }

  /** One that is open here stays as it is; else as `runtime.openSession`. */
  open(options: OpenSessionOptions, { keep = false }: { readonly keep?: boolean } = {}): Promise<HeldSession> {
    const { id } = options;
    const before = id === undefined ? undefined : this.#opening.get(id);
    const opening = this.#openAfter(before, options, keep);
    this.#track(id, opening);
    return opening;
  }

  /** The session of requests that name none: opened for the first of them, and ended with the connection. */
  own(): Promise<HeldSession> {
    this.#own ??= this.open({}).catch((error: unknown) => {
      this.#own = null;
      throw error;
    });
    return this.#own;
  }

  /** What is open here at this moment; null when `get` would wait or reject. */
  peek(sessionId: string): HeldSession | null {
    const held = this.#open.get(sessionId);
    return held === undefined || held.displaced ? null : held;
  }

  /** Rejects with `not_found`, or `conflict` when another connection took the session. */
  async get(sessionId: string): Promise<HeldSession> {
    await this.#opening.get(sessionId)?.catch(() => undefined);
    const held = this.#open.get(sessionId);
    if (held === undefined) {
      const name = JSON.stringify(sessionId.slice(0, 60));
      throw new LonghandError("not_found", `session ${name} is not open on this connection: session/open opens it`, {
        param: "session_id",
        details: { got: sessionId.slice(0, 60) },
      });
    }
    if (held.displaced) {
      throw new LonghandError("conflict", `another connection has attached to session ${sessionId}`, {
        param: "session_id",
      });
    }
    return held;
  }

  /** Final. Rejects with `conflict` when another reader attached: what runs there is its own. */
  async close(held: HeldSession): Promise<Reports> {
    const reports = await held.session.close();
    this.#holders.release(held);
    if (this.#open.get(held.session.id) === held) this.#open.delete(held.session.id);
    return reports;
  }

  /** The connection is over: closes what ends with it, children first, and lets go of the rest. */
  async end(): Promise<void> {
    await Promise.allSettled([...this.#opening.values(), ...this.#unnamed]);
    const all = [...this.#open.values()];
    const ends = new Map<HeldSession, Promise<unknown>>();
    const end = (held: HeldSession): Promise<unknown> => {
      const known = ends.get(held);
      if (known !== undefined) return known;
      const children = all.filter(({ session }) => session.parentId === held.session.id && session !== held.session);
      const ended = Promise.allSettled(children.map(end)).then(() => this.#endOne(held));
      ends.set(held, ended);
      return ended;
    };
    await Promise.allSettled(all.map(end));
  }

  async #endOne(held: HeldSession): Promise<void> {
    if (held.endsWithConnection && !held.displaced) {
      // One that a reader elsewhere took over, or that was closed before, is nothing of ours any more.
      await held.session.leave({ keep: held.isKept }).catch(() => undefined);
    }
    this.#holders.release(held);
  }

  async #openAfter(before: Promise<unknown> | undefined, options: OpenSessionOptions, keep: boolean) {
    await before?.catch(() => undefined);
    const held = await this.#reuseOrOpen(options);
    held.isKept = keep;
    return held;
  }

  async #reuseOrOpen(options: OpenSessionOptions): Promise<HeldSession> {
    const existing = options.id === undefined ? undefined : this.#open.get(options.id);
    if (existing?.displaced === false && (await existing.session.isCurrent())) {
      if (options.lastClaim !== undefined) await existing.session.inbox.ack(options.lastClaim);
      return existing;
    }
    const session = await this.#runtime.openSession(options);
    const held = this.#holders.hold(session, this.#client);
    this.#open.set(session.id, held);
    return held;
  }

  #track(id: string | undefined, opening: Promise<unknown>): void {
    const forget = (): void => {
      this.#unnamed.delete(opening);
      if (id !== undefined && this.#opening.get(id) === opening) this.#opening.delete(id);
    };
    if (id === undefined) this.#unnamed.add(opening);
    else this.#opening.set(id, opening);
    void opening.then(forget, forget);
  }
}
