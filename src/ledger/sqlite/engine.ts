/** The worker's side of the ledger: a queue of calls, drained in batches, through locks that are held and disks that are full. */
import { asLonghandError, type LonghandError } from "../../base/errors.ts";
import type { Topic } from "../ledger.ts";
import { operationKinds } from "../operation-kinds.ts";
import { ledgerClosed } from "../refusals.ts";
import { type Batch, type BatchStore, runBatch } from "./batch.ts";
import { asUnavailable, isBusy, lockHeld } from "./failures.ts";
import { type FileIdentity, identify, openDatabase } from "./open.ts";
import { operationsOn } from "./operations.ts";
import type { Call, Reply, WorkerSettings } from "./protocol.ts";

/** One try for a lock: short, because nothing else is heard meanwhile. */
const roundMs = 5;
/** After this long somebody holds it for good (stopped in a debugger): tried less often then. */
const patientAfterMs = 1_000;
const patientRoundMs = 50;
/** Bounds how long other processes wait for the write lock. */
const maxBatch = 512;

export interface EngineOptions {
  readonly settings: WorkerSettings;
  readonly monotonic: () => number;
  readonly reply: (batch: Batch) => void;
}

interface Waiting {
  readonly call: Call;
  readonly since: number;
}

interface Store extends BatchStore {
  readonly file: FileIdentity;
}

export class Engine {
  readonly #options: EngineOptions;
  #store: Store | null = null;
  #queue: Waiting[] = [];
  #busySince: number | null = null;
  #closeBy = Number.POSITIVE_INFINITY;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  /** Throws `unavailable` when the database cannot be used, and SQLite's "busy" when trying again may help. */
  open({ create }: { readonly create: boolean }): void {
    const { path, maxUnreadPerSession } = this.#options.settings;
    const { connection, file } = openDatabase(path, { busyTimeoutMs: roundMs, create });
    const touched: Topic[] = [];
    const touch = (topic: Topic): void => void touched.push(topic);
    this.#store = {
      connection,
      file,
      path,
      touched,
      operations: operationsOn(connection, { maxUnreadPerSession, touch }),
    };
  }

  add(calls: readonly Call[]): void {
    const since = this.#options.monotonic();
    for (const call of calls) this.#queue.push({ call, since });
  }

  /** Calls are finished until this many milliseconds from now; what is left then is refused. */
  closeWithin(ms: number): void {
    this.#closeBy = Math.min(this.#closeBy, this.#options.monotonic() + ms);
  }

  get idle(): boolean {
    return this.#queue.length === 0;
  }

  /** Runs one batch. To be called again, after new calls were added, until it is idle. */
  turn(): void {
    this.#refuseOverdue();
    const batch = this.#queue.slice(0, maxBatch).map(({ call }) => call);
    if (batch.length === 0) return;
    try {
      this.#done(this.#run(batch));
      this.#lockWasFree(batch);
    } catch (error) {
      if (isBusy(error)) this.#wait(batch);
      else this.#oneByOne(batch, error);
    }
  }

  /** A number that changes when another process has committed; null when it cannot be told. */
  dataVersion(): number | null {
    try {
      return this.#usable().connection.pragma("data_version");
    } catch {
      // Hints may be lost: the next call that matters reports what is wrong.
      return null;
    }
  }

  close(): void {
    try {
      this.#store?.connection.setBusyTimeout(0);
      this.#store?.connection.all("PRAGMA wal_checkpoint(PASSIVE)");
    } catch {
      // What is not checkpointed stays in the log, where the next opener finds it.
    }
    this.#drop();
  }

  #run(calls: readonly Call[]): Batch {
    const store = this.#usable();
    try {
      return runBatch(store, calls);
    } catch (error) {
      // After a failure of the disk nothing in the connection's memory is worth trusting.
      if (!isBusy(error)) this.#drop();
      throw error;
    }
  }

  /** The open database, if the path still names it; otherwise what the path names now. */
  #usable(): Store {
    const store = this.#store;
    if (store !== null) {
      // SQLite would go on writing into a file that has no name any more, and nobody would ever see it again.
      const { device, inode } = identify(store.path);
      if (device === store.file.device && inode === store.file.inode) return store;
      this.#drop();
    }
    this.open({ create: false });
    return this.#usable();
  }

  #drop(): void {
    const store = this.#store;
    this.#store = null;
    try {
      store?.connection.close();
    } catch {
      // It is given up: whether it could say goodbye does not matter.
    }
  }

  #wait(batch: readonly Call[]): void {
    const now = this.#options.monotonic();
    this.#busySince ??= now;
    if (now - this.#busySince > patientAfterMs) this.#store?.connection.setBusyTimeout(patientRoundMs);
    // Whoever holds the write lock does not keep anybody from reading.
    const reads = batch.filter(({ name }) => operationKinds[name] === "read");
    if (reads.length === 0 || reads.length === batch.length) return;
    try {
      this.#done(this.#run(reads));
    } catch (error) {
      if (!isBusy(error)) this.#oneByOne(reads, error);
    }
  }

  #lockWasFree(batch: readonly Call[]): void {
    if (this.#busySince === null || batch.every(({ name }) => operationKinds[name] === "read")) return;
    this.#busySince = null;
    this.#store?.connection.setBusyTimeout(roundMs);
  }

  /** The transaction failed as a whole: perhaps only because of one of its calls. */
  #oneByOne(batch: readonly Call[], cause: unknown): void {
    for (const call of batch) {
      try {
        if (batch.length === 1) throw cause;
        this.#done(this.#run([call]));
      } catch (error) {
        if (isBusy(error)) return;
        this.#refuse([call], asLonghandError(asUnavailable(error, this.#options.settings.path)));
      }
    }
  }

  #refuseOverdue(): void {
    const now = this.#options.monotonic();
    const { deadlineMs, path } = this.#options.settings;
    const closing = now >= this.#closeBy;
    const overdue = this.#queue.filter(
      ({ call, since }) => closing || (call.name !== "record" && now - since > deadlineMs),
    );
    if (overdue.length === 0) return;
    this.#refuse(
      overdue.map(({ call }) => call),
      closing ? ledgerClosed() : lockHeld(path),
    );
  }

  #refuse(calls: readonly Call[], error: LonghandError): void {
    this.#done({ replies: calls.map(({ id }): Reply => ({ id, error: error.toJSON() })), topics: [] });
  }

  #done(batch: Batch): void {
    const ids = new Set(batch.replies.map(({ id }) => id));
    this.#queue = this.#queue.filter(({ call }) => !ids.has(call.id));
    this.#options.reply(batch);
  }
}
