/** The host's side of the worker: calls of one tick go over together, each gets its promise, a crash is survived once. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../../base/clock.ts";
import { embedded } from "../../base/embedded.ts";
import { asLonghandError, errorFromJson, LonghandError } from "../../base/errors.ts";
import type { Topic } from "../ledger.ts";
import type { OperationName } from "../operation-kinds.ts";
import { ledgerClosed } from "../refusals.ts";
import type { Call, FromWorker, Reply, ToWorker, WorkerSettings } from "./protocol.ts";

export interface ClientOptions {
  readonly settings: WorkerSettings;
  readonly clock: Clock;
  /** How long `close` waits for what was asked. */
  readonly closeMs: number;
  /** What changed here; null when it was elsewhere and may be anything. */
  readonly changed: (topics: readonly Topic[] | null) => void;
}

interface Pending extends PromiseWithResolvers<unknown> {
  readonly call: Call;
}

/** The worker keeps its deadlines itself; beyond them by this much it hangs in a system call (a disk that went away). */
const hangMs = 10_000;

export class Client {
  readonly #options: ClientOptions;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker;
  #opened = Promise.withResolvers<void>();
  #outbox: Call[] = [];
  #lastId = 0;
  #watching = false;
  #restarts = 1;
  #guard: Timer | null = null;
  #failed: LonghandError | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#worker = this.#start(options.settings);
  }

  /** Rejects with `unavailable` when the database cannot be used. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** @internal For tests that make it crash. */
  get worker(): Worker {
    return this.#worker;
  }

  call(name: OperationName, args: readonly unknown[]): Promise<unknown> {
    if (this.#closing !== null) return Promise.reject(ledgerClosed());
    if (this.#failed !== null) return Promise.reject(this.#failed);
    this.#lastId += 1;
    const call = { id: this.#lastId, name, args };
    const pending: Pending = { ...Promise.withResolvers<unknown>(), call };
    if (this.#pending.size === 0) this.#busy();
    this.#pending.set(call.id, pending);
    // After all promises that settle in this tick: what they ask for goes into the same transaction.
    if (this.#outbox.length === 0) process.nextTick(() => this.#flush());
    this.#outbox.push(call);
    return pending.promise;
  }

  watch(wanted: boolean): void {
    this.#watching = wanted;
    if (this.#failed === null && this.#closing === null) this.#say({ kind: "watch", wanted });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#flush();
    const { closeMs, clock } = this.#options;
    const worker = this.#worker;
    if (this.#failed === null) {
      worker.ref();
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      this.#say({ kind: "close", withinMs: closeMs });
      const hangs = clock.after(closeMs + hangMs, () => void worker.terminate());
      await ended;
      hangs.cancel();
    }
    this.#fail(ledgerClosed());
  }

  #start(settings: WorkerSettings): Worker {
    // The sibling is `.ts` in the sources.
    const entry = embedded.ledgerThread ?? `./worker${extname(import.meta.url)}`;
    const worker = new Worker(new URL(entry, import.meta.url), {
      name: "longhand-ledger",
      workerData: settings,
      execArgv: [],
      env: {},
    });
    worker.on("message", (message: FromWorker) => this.#hear(message));
    worker.on("error", (error) => this.#crashed(worker, error));
    worker.on("exit", () => this.#crashed(worker, null));
    return worker;
  }

  #hear(message: FromWorker): void {
    if (message.kind === "opened") {
      this.#opened.resolve();
      if (this.#pending.size === 0) this.#rest();
    } else if (message.kind === "refused") {
      this.#fail(errorFromJson(message.error));
    } else if (message.kind === "elsewhere") {
      this.#options.changed(null);
    } else {
      for (const reply of message.replies) this.#settle(reply);
      if (message.topics.length > 0) this.#options.changed(message.topics);
      if (this.#pending.size === 0) this.#rest();
    }
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    this.#pending.delete(reply.id);
    if ("error" in reply) pending?.reject(errorFromJson(reply.error));
    else pending?.resolve(reply.value);
  }

  #flush(): void {
    const calls = this.#outbox;
    this.#outbox = [];
    if (calls.length === 0 || this.#failed !== null) return;
    try {
      this.#say({ kind: "calls", calls });
    } catch {
      // One of them holds something that cannot cross: the others go alone.
      for (const call of calls) this.#sendAlone(call);
    }
  }

  #sendAlone(call: Call): void {
    try {
      this.#say({ kind: "calls", calls: [call] });
    } catch (error) {
      this.#settle({ id: call.id, error: asLonghandError(error).toJSON() });
      if (this.#pending.size === 0) this.#rest();
    }
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  /** The process lives as long as somebody waits for an answer... */
  #busy(): void {
    this.#worker.ref();
    this.#guard ??= this.#guardAgainstHanging();
  }

  /** ...and not a moment longer because of us. */
  #rest(): void {
    if (this.#closing !== null) return;
    this.#worker.unref();
    this.#guard?.cancel();
    this.#guard = null;
  }

  #guardAgainstHanging(): Timer {
    const { clock, settings } = this.#options;
    const newest = this.#lastId;
    return clock.after(
      settings.deadlineMs + hangMs,
      () => {
        this.#guard = null;
        for (const [id, { call }] of this.#pending) {
          if (id <= newest && call.name !== "record") this.#settle({ id, error: workerHangs(settings.path).toJSON() });
        }
        if (this.#pending.size > 0) this.#guard = this.#guardAgainstHanging();
        else this.#rest();
      },
      { idle: true },
    );
  }

  #crashed(worker: Worker, cause: Error | null): void {
    if (worker !== this.#worker || this.#failed !== null || this.#closing !== null) return;
    const error = workerCrashed(cause);
    if (this.#restarts === 0) {
      this.#fail(error);
      return;
    }
    this.#restarts -= 1;
    const unsent = new Set(this.#outbox);
    for (const { call } of [...this.#pending.values()]) {
      if (call.name !== "record" && !unsent.has(call)) this.#settle({ id: call.id, error: error.toJSON() });
    }
    this.#worker = this.#start({ ...this.#options.settings, create: false });
    // A report is never given up: it is safe to repeat.
    const records = [...this.#pending.values()].map(({ call }) => call).filter((call) => !unsent.has(call));
    if (this.#watching) this.watch(true);
    if (records.length > 0) this.#say({ kind: "calls", calls: records });
  }

  #fail(error: LonghandError): void {
    this.#failed ??= error;
    this.#guard?.cancel();
    this.#opened.reject(error);
    for (const { call } of [...this.#pending.values()]) this.#settle({ id: call.id, error: error.toJSON() });
  }
}

function workerCrashed(cause: Error | null): LonghandError {
  return new LonghandError("unavailable", `The ledger's thread ended${cause === null ? "" : `: ${cause.message}`}`, {
    cause,
  });
}

function workerHangs(path: string): LonghandError {
  return new LonghandError("unavailable", `The ledger ${path} does not answer: whether this was done is not known`, {
    details: { errno: "ETIMEDOUT" },
  });
}
