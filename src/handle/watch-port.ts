/** Watches a port, or an HTTP server on it, until the command answers there or somebody else turns out to have it. */
import { type Clock, sleep } from "../base/clock.ts";
import type { Listener } from "../process/listening.ts";
import {
  isForThisMachine,
  isOnEveryAddress,
  listenersOn,
  lookAtPort,
  type PortHolder,
  type PortOptions,
  type PortOwner,
} from "../process/port.ts";
import { procfsSockets } from "../process/socket-table.ts";
import type { Handle } from "./handle.ts";
import { addressFor, portOf, probeHttp } from "./http-probe.ts";
import { type Holder, nameHolder } from "./port-holder.ts";
import type { Circumstances, PortCondition, Verdict, Watch } from "./readiness.ts";

export interface WatchPortOptions extends PortOptions {
  readonly clock: Clock;
  /** The running commands of the session: only they are named as commands. */
  readonly neighbours: () => readonly Handle[];
}

/** A server that starts fast is seen fast; one that takes its time costs five looks a second, each a read of the kernel's table. */
const firstPauseMs = 20;
const longestPauseMs = 200;
/** Where a look is slow, at most this part of the time is spent looking. */
const mostLooking = 0.15;

/**
 * Whoever has the port of one loopback address alone need not be in the way. A command that could get it has it by then, more often than
 * not; one that could not, and goes on all the same, is told soon.
 */
const chanceMs = 1_500;

/** From here on a server says that it is not able to. What is below is an answer: also 404 and 401. */
const firstFailure = 500;

type Found = Pick<Listener, "address"> & { readonly pid: number | null };

type Seen =
  | { readonly kind: "free" }
  | { readonly kind: "here"; readonly listeners: readonly Found[] }
  | { readonly kind: "taken" | "unclear"; readonly holder: PortHolder };

export class PortWatch implements Watch {
  readonly #handle: Handle;
  readonly #condition: PortCondition;
  readonly #options: WatchPortOptions;
  readonly #port: number;
  #status: number | null = null;

  constructor(handle: Handle, condition: PortCondition, options: WatchPortOptions) {
    this.#handle = handle;
    this.#condition = condition;
    this.#options = options;
    this.#port = condition.kind === "port" ? condition.port : portOf(condition.url);
  }

  async verdict(signal: AbortSignal): Promise<Verdict | null> {
    const { clock } = this.#options;
    const begunAt = clock.monotonic();
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      const startedAt = clock.monotonic();
      // A look that fails (no descriptor is left) is followed by another: what cannot be looked at at all runs into the deadline.
      const hadItsChance = startedAt - begunAt >= chanceMs;
      const seen = await this.#look(hadItsChance ? isForThisMachine : isOnEveryAddress).catch(() => null);
      const verdict = seen === null ? null : await this.#judge(seen, signal);
      if (verdict !== null) return verdict;
      const tookMs = clock.monotonic() - startedAt;
      await sleep(clock, Math.max(pauseMs, tookMs / mostLooking), signal);
    }
    return null;
  }

  async circumstances(): Promise<Circumstances> {
    // One that asked for every address fails because of anybody, and says only that it did.
    const inTheWay = this.#handle.phase === "running" ? isForThisMachine : () => true;
    const seen = await this.#look(inTheWay).catch(() => null);
    const foreign = seen?.kind === "taken" || seen?.kind === "unclear";
    return { holder: foreign ? await this.#name(seen.holder) : null, status: this.#status };
  }

  async #look(inTheWay: (address: string) => boolean): Promise<Seen> {
    const { child } = this.#handle;
    if (this.#condition.owner === "any") {
      const listeners = await listenersOn(this.#port, child?.pid ?? 0, this.#options.sockets);
      return { kind: "here", listeners: listeners.map(({ address }) => ({ address, pid: null })) };
    }
    const owner: PortOwner = child === null ? nobody : { pid: child.pid, members: () => child.tree.members() };
    const state = await lookAtPort(this.#port, owner, { ...this.#options, inTheWay });
    return state.kind === "ours" ? { kind: "here", listeners: state.listeners } : state;
  }

  async #judge(seen: Seen, signal: AbortSignal): Promise<Verdict | null> {
    switch (seen.kind) {
      case "taken":
        return { ready: false, because: "port_taken", holder: await this.#name(seen.holder), status: null };
      case "here":
        return this.#condition.kind === "port"
          ? this.#listens(seen.listeners)
          : this.#answers(this.#condition.url, seen.listeners, signal);
      default:
        return null;
    }
  }

  #listens(listeners: readonly Found[]): Verdict | null {
    const [listener] = listeners;
    if (listener === undefined || this.#handle.phase !== "running") return null;
    return { ready: true, by: "port", port: this.#port, address: listener.address, pid: listener.pid };
  }

  async #answers(url: URL, listeners: readonly Found[], signal: AbortSignal): Promise<Verdict | null> {
    for (const listener of listeners) {
      if (!this.#isReachable()) return { ready: false, because: "other_network", holder: null, status: null };
      const address = addressFor(url, listener.address);
      const status = address === null ? null : await probeHttp(url, address, { clock: this.#options.clock, signal });
      this.#status = status ?? this.#status;
      if (address === null || status === null || status >= firstFailure || this.#handle.phase !== "running") continue;
      return { ready: true, by: "http", url: url.href, status, address };
    }
    return null;
  }

  #isReachable(): boolean {
    const { sockets = procfsSockets } = this.#options;
    const { child } = this.#handle;
    const there = child === null ? "gone" : sockets.network(child.pid);
    return there === "gone" || there === sockets.network(0);
  }

  #name(holder: PortHolder): Promise<Holder> {
    const others = this.#options.neighbours().filter((handle) => handle !== this.#handle);
    return nameHolder(holder, { neighbours: others });
  }
}

/** A command that is over owns nothing. */
const nobody: PortOwner = { pid: 0, members: async () => [] };
