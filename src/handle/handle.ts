/** The name by which a caller reaches what runs, a command or an operation: its state, its stop, its end. The supervisor drives it. */
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Recorder } from "../output/recorder.ts";
import type { SearchTurns } from "../output/search-turns.ts";
import type { Child } from "../process/child.ts";
import type { Ladder } from "../process/tree.ts";
import { ActivityObserver, type HandleActivity } from "./activity-observer.ts";
import type { Cause } from "./cause.ts";
import type { HandleFacts } from "./facts.ts";
import { advance, initialLifecycle, type Lifecycle, type LifecycleEvent, type Phase } from "./lifecycle.ts";
import type { Report } from "./report.ts";
import type { HandleRequest } from "./request.ts";
import type { Running } from "./work.ts";

/** An answer that would like to carry the report. The first one registered carries it; the others read it for free. */
export interface Carrier {
  /** Ack it when the answer was received, release it when it was not. Harmless when another answer carried the report. */
  readonly claimId: string;
  /** No longer waiting. Idempotent. */
  withdraw(): void;
}

/** `report` is null of what never was: it could not be placed, or was the repeat of another. */
export type EndListener = (report: Report | null) => void;

export interface HandleIdentity {
  readonly handleId: string;
  readonly commandId: string | null;
  /** Directory of the artifacts. */
  readonly directory: string;
  readonly startedAt: number;
}

export class Handle {
  readonly id: string;
  /** Null for an operation. */
  readonly commandId: string | null;
  readonly directory: string;
  readonly request: HandleRequest;
  /** Shared with the other handles: whoever searches the output takes turns. */
  readonly searchTurns: SearchTurns;
  /** Resolves with the report once it is committed. Never rejects. */
  readonly ended: Promise<Report>;
  /** Resolves when the ledger has the report, or never will (it was closed, or another host took over). After `ended` when the store fails. */
  readonly committed: Promise<void>;
  /** Resolves when it turns out that it never was: it could not be placed, or was the repeat of another. `ended` stays open then. */
  readonly forgotten: Promise<void>;
  /** Resolves when somebody asks for the end of what has not ended by itself. */
  readonly stopRequested: Promise<void>;
  /** Aborted when somebody is in a hurry: late output is no longer waited for. */
  readonly hurry: AbortSignal;
  #owner: string;
  #alias: number;
  #startedAt: number;
  #state: Lifecycle = initialLifecycle;
  #ladder: Ladder | null = null;
  #isCommitted = false;
  #running: Running | null = null;
  #observer: ActivityObserver | null = null;
  readonly #carriers = new Map<string, Carrier>();
  #carriedBy: string | null = null;
  /** Undefined as long as it goes on. */
  #end: Report | null | undefined = undefined;
  readonly #onEnd = new Set<EndListener>();
  readonly #hurry = new AbortController();
  readonly #ended = Promise.withResolvers<Report>();
  readonly #committed = Promise.withResolvers<void>();
  readonly #forgotten = Promise.withResolvers<void>();
  readonly #stop = Promise.withResolvers<void>();

  constructor(identity: HandleIdentity, request: HandleRequest, searchTurns: SearchTurns) {
    this.id = identity.handleId;
    this.commandId = identity.commandId;
    this.directory = identity.directory;
    this.#startedAt = identity.startedAt;
    this.request = request;
    this.searchTurns = searchTurns;
    this.ended = this.#ended.promise;
    this.committed = this.#committed.promise;
    this.forgotten = this.#forgotten.promise;
    this.stopRequested = this.#stop.promise;
    this.hurry = this.#hurry.signal;
    this.#owner = request.owner;
    this.#alias = 0;
  }

  /** Session that it belongs to: moves to the parent when a child session closes. */
  get owner(): string {
    return this.#owner;
  }

  /** Its number within the session. */
  get alias(): number {
    return this.#alias;
  }

  /** When it was started, or placed as long as it was not: wall clock, ms since 1970. */
  get startedAt(): number {
    return this.#startedAt;
  }

  get facts(): HandleFacts {
    const { request } = this;
    const { callId, label, capture } = request;
    const isCommand = request.kind === "command";
    return {
      handleId: this.id,
      alias: this.#alias,
      commandId: this.commandId,
      callId,
      label,
      operation: isCommand ? null : request.name,
      command: isCommand ? request.command.display : request.descriptor,
      cwd: isCommand ? request.command.cwd : null,
      pid: this.child?.pid ?? null,
      startedAt: this.#startedAt,
      mergedStderr: capture.merge,
    };
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  get state(): Lifecycle {
    return this.#state;
  }

  /** The ladder of the first stop request. */
  get ladder(): Ladder | null {
    return this.#ladder;
  }

  /** Null until spawned, and for an operation. */
  get child(): Child | null {
    return this.#running?.child ?? null;
  }

  /** Null until started. */
  get recorder(): Recorder | null {
    return this.#running?.recorder ?? null;
  }

  /** What it is doing, as the kernel tells it. Null before it runs, when it has ended, and for an operation. Never rejects. */
  async activity(clock: Clock): Promise<HandleActivity | null> {
    const { child, recorder, startedAt } = this;
    if (child === null || recorder === null) return null;
    this.#observer ??= new ActivityObserver({ child, recorder, startedAt }, clock);
    return this.#observer.look();
  }

  /** How far an operation is, as it last said. */
  get progress(): JsonObject | null {
    return this.#running?.progress ?? null;
  }

  /**
   * Asks for the end. True when this is the first cause; a later caller joins the first stop (and may tighten its deadline).
   * False also when it ended by itself before.
   */
  requestStop(cause: Cause, ladder: Ladder): boolean {
    const first = this.#state.cause === null;
    this.#ladder ??= ladder;
    this.dispatch({ type: "stop_requested", cause });
    // How it went is for the one who supervises to hear.
    if (!first && this.#state.phase === "stopping") this.#running?.stop(ladder).catch(() => null);
    return first;
  }

  /** There is nothing more to wait for: it has ended, or never was. */
  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /**
   * Calls back once when it is over, at once when it is. For those who may give up before: disposed it leaves nothing behind, whereas a
   * reaction on `ended` keeps what it holds until the end. The listener must not throw.
   */
  onEnd(listener: EndListener): Disposable {
    // A function of its own, so that the same listener can be added twice and removed once.
    const entry: EndListener = (report) => listener(report);
    if (this.#end === undefined) this.#onEnd.add(entry);
    else entry(this.#end);
    return { [Symbol.dispose]: () => void this.#onEnd.delete(entry) };
  }

  /** An answer announces that it waits for the report; the same claim is the same answer. */
  expectAnswer(claimId: string = newId("claim")): Carrier {
    const carrier: Carrier = { claimId, withdraw: () => void this.#carriers.delete(claimId) };
    this.#carriers.set(claimId, carrier);
    return carrier;
  }

  /** Whether the report would be carried by an answer if it came now. */
  get awaited(): boolean {
    return this.#carriers.size > 0;
  }

  /** The claim under which an answer carries the report: from then on it cannot be given up any more. Null while there is none. */
  get carriedBy(): string | null {
    return this.#carriedBy;
  }

  /** @internal The first answer that waits carries the report, whenever and however often it is recorded. */
  takeCarrier(): string | null {
    this.#carriedBy ??= this.#carriers.keys().next().value ?? null;
    return this.#carriedBy;
  }

  /** @internal Only the supervisor writes. */
  dispatch(event: LifecycleEvent): void {
    const before = this.#state;
    this.#state = advance(before, event);
    if (this.#state.phase === "stopping") this.#stop.resolve();
    if (this.#state.hurry) this.#hurry.abort();
  }

  /** @internal */
  belongsTo(owner: string, alias: number): void {
    this.#owner = owner;
    this.#alias = alias;
  }

  /** @internal */
  runs(running: Running, startedAt: number): void {
    this.#running = running;
    this.#startedAt = startedAt;
    this.dispatch({ type: "spawned" });
  }

  /** @internal */
  finish(report: Report): void {
    this.dispatch({ type: "recorded" });
    this.#running = null;
    this.#observer = null;
    this.#carriers.clear();
    this.#ended.resolve(report);
    this.#over(report);
  }

  /** @internal */
  forget(): void {
    this.#forgotten.resolve();
    this.#over(null);
  }

  /** Whether the report is in the ledger. */
  get isCommitted(): boolean {
    return this.#isCommitted;
  }

  /** @internal */
  commit(): void {
    this.#isCommitted = true;
    this.#committed.resolve();
  }

  #over(report: Report | null): void {
    this.#end = report;
    for (const listener of this.#onEnd) listener(report);
    this.#onEnd.clear();
  }
}
