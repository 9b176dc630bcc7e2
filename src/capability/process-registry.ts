/**
 * The processes that a session has spawned by handle id: bounded, and nothing that runs is ever dropped to make room. Pure: it starts,
 * stops and waits for nothing.
 */
import { LonghandError } from "../base/errors.ts";

/** `receipt` is what is left to tell of a process that has ended. */
export type Found<Process, Receipt extends object> =
  | { readonly where: "running"; readonly process: Process; readonly receipt: null }
  | { readonly where: "ended"; readonly process: Process; readonly receipt: Receipt }
  /** It was dropped to make room: its output is not told any more. */
  | { readonly where: "evicted"; readonly receipt: Receipt };

interface Entry<Process, Receipt extends object> {
  readonly process: Process;
  /** Null while it runs. */
  receipt: Receipt | null;
  /** Somebody was told how it ended. */
  observed: boolean;
}

export interface RegistryLimits {
  /** Entries, running and ended. */
  readonly maxEntries: number;
  /** Receipts of evicted ones; of more, the oldest is forgotten. */
  readonly maxReceipts?: number;
}

/** 16 times the usual cap: a caller that comes back late still learns how its process ended, for about 200 KB. */
const defaultMaxReceipts = 1_024;

export class ProcessRegistry<Process, Receipt extends object> {
  readonly #limits: Required<RegistryLimits>;
  /** Are being started: each has a place, and nobody knows its handle yet. */
  readonly #admitted = new Set<string>();
  /** In the order of their start. */
  readonly #entries = new Map<string, Entry<Process, Receipt>>();
  /** In the order of their eviction. */
  readonly #evicted = new Map<string, Receipt>();

  constructor(limits: RegistryLimits) {
    this.#limits = { maxReceipts: defaultMaxReceipts, ...limits };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Takes a place for a process that is about to be started. Throws `capacity` when every place is taken by one that runs. */
  admit(handleId: string): void {
    const { maxEntries } = this.#limits;
    if (this.#admitted.size + this.#running() >= maxEntries) {
      const message = `${maxEntries} spawned processes are running already: kill one, or wait for one to end`;
      throw new LonghandError("capacity", message, { details: { limit: maxEntries } });
    }
    this.#admitted.add(handleId);
  }

  /** It was not started after all: nothing was dropped for it. */
  abandon(handleId: string): void {
    this.#admitted.delete(handleId);
  }

  /** The place that it was admitted for is its own now; when there are too many, one that has ended goes. */
  started(handleId: string, process: Process): void {
    this.#admitted.delete(handleId);
    if (this.#entries.size >= this.#limits.maxEntries) this.#evict();
    this.#entries.set(handleId, { process, receipt: null, observed: false });
  }

  /** The first end stays. One that was released meanwhile stays unknown. */
  ended(handleId: string, receipt: Receipt): void {
    const entry = this.#entries.get(handleId);
    if (entry !== undefined) entry.receipt ??= receipt;
  }

  /** Somebody was told that it has ended: its entry goes before those of which nobody knows. */
  observed(handleId: string): void {
    const entry = this.#entries.get(handleId);
    if (entry !== undefined && entry.receipt !== null) entry.observed = true;
  }

  find(handleId: string): Found<Process, Receipt> | null {
    const entry = this.#entries.get(handleId);
    if (entry !== undefined) {
      const { process, receipt } = entry;
      return receipt === null ? { where: "running", process, receipt } : { where: "ended", process, receipt };
    }
    const receipt = this.#evicted.get(handleId);
    return receipt === undefined ? null : { where: "evicted", receipt };
  }

  /** Forgets it for good. What it returns may still run: the caller stops it. Null when there was none. */
  release(handleId: string): Found<Process, Receipt> | null {
    const found = this.find(handleId);
    this.#entries.delete(handleId);
    this.#evicted.delete(handleId);
    return found;
  }

  #running(): number {
    return [...this.#entries.values()].filter(({ receipt }) => receipt === null).length;
  }

  #evict(): void {
    const ended = [...this.#entries].filter(([, { receipt }]) => receipt !== null);
    const [handleId, entry] = ended.find(([, { observed }]) => observed) ?? ended[0] ?? [];
    // Whoever was admitted has a place, so one of the others has ended.
    if (handleId === undefined || entry?.receipt == null) return;
    this.#entries.delete(handleId);
    this.#evicted.set(handleId, entry.receipt);
    const [oldest] = this.#evicted.keys();
    if (oldest !== undefined && this.#evicted.size > this.#limits.maxReceipts) this.#evicted.delete(oldest);
  }
}
