/** Who asked: the owner of calls, handles and one inbox. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { isLonghandError, LonghandError } from "../base/errors.ts";
import type { JsonObject } from "../base/json.ts";
import type { Handle } from "../handle/handle.ts";
import type { Ladders } from "../handle/ladders.ts";
import type { OperationFunction } from "../handle/operation.ts";
import type { Report } from "../handle/report.ts";
import type { Supervisor } from "../handle/supervisor.ts";
import type { Ledger, Reader, SessionRecord } from "../ledger/ledger.ts";
import type { Shells } from "../process/shells.ts";
import type { AgentSession, CallInFlight } from "./agent-session.ts";
import type { Approve } from "./approval.ts";
import type { Call } from "./call.ts";
import type { CallOptions, HostCallOptions } from "./call-options.ts";
import type { CallRegistry } from "./calls.ts";
import { type CancelStatus, cancelCall } from "./cancel-call.ts";
import type { CancelCallOptions } from "./cancel-options.ts";
import { renderDigest } from "./digest.ts";
import { Inbox } from "./inbox.ts";
import { LastReports } from "./last-reports.ts";
import { type OperationHandle, type OperationOptions, startOperation } from "./operations.ts";
import type { ToolResult } from "./tool-result.ts";

/** What a session is made of; the runtime provides it. */
export interface SessionParts {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly supervisor: Supervisor;
  /** Tool calls in flight, of all sessions. */
  readonly calls: CallRegistry;
  readonly ladders: Ladders;
  readonly artifactsRoot: string;
  /** What children inherit, before it is cleaned. */
  readonly environment: Readonly<Record<string, string>>;
  /** Which shell runs a text of this session that names none. */
  readonly shells: Shells;
  readonly approve: Approve | null;
  readonly settings: SessionSettings;
  readonly dispatch: (session: Session, name: string, input: unknown, options: CallOptions) => Promise<ToolResult>;
  readonly hostCall: (
    session: Session,
    capability: string,
    operation: string,
    params: unknown,
    options: HostCallOptions,
  ) => Promise<JsonObject>;
  readonly onClose: (session: Session) => void;
  /** Its reader is gone, and with it everything that ran; the session is open for the next one. */
  readonly onLeave: (session: Session) => void;
}

export interface SessionSettings {
  /** Where commands run that name no directory. */
  readonly defaultCwd: string;
  /** Default cap of a command's output on disk. */
  readonly maxOutputBytes: number;
  /** Default bound of inline text per stream. */
  readonly maxInlineBytes: number;
  /** The host puts the inbox into the conversation by itself: answers may say that results arrive by themselves. */
  readonly injectsInbox: boolean;
}

export class Session implements AgentSession {
  readonly id: string;
  readonly parentId: string | null;
  readonly inbox: Inbox;
  /** @internal */
  readonly parts: SessionParts;
  /** @internal */
  readonly reader: Reader;
  readonly #onClose: SessionRecord["onClose"];
  readonly #answering = new Set<Promise<unknown>>();
  readonly #following: Disposable;
  #isFenced = false;
  #closing: Promise<Report[]> | null = null;

  constructor(record: SessionRecord, parts: SessionParts) {
    this.id = record.sessionId;
    this.parentId = record.parentId;
    this.parts = parts;
    this.reader = { sessionId: record.sessionId, readerEpoch: record.readerEpoch };
    this.inbox = new Inbox(parts.ledger, this.reader);
    this.#onClose = record.onClose;
    this.#following = this.inbox.follow(parts.clock);
  }

  /**
   * Runs a tool. Rejects with a `LonghandError` when we could not do the job; a failing or cancelled command is a result.
   * The report that an answer carries counts as delivered once this promise has settled.
   */
  async call(name: string, input: unknown, options: CallOptions = {}): Promise<ToolResult> {
    const result = await this.dispatch(name, input, options);
    void result.received();
    return result;
  }

  /** Like `call`, but the caller says when the answer was received (or not): for callers across a socket. */
  dispatch(name: string, input: unknown, options: CallOptions = {}): Promise<ToolResult> {
    if (this.#closing !== null) {
      return Promise.reject(new LonghandError("closed", `session ${this.id} is closed`, { tool: name }));
    }
    return this.#track(this.parts.dispatch(this, name, input, options));
  }

  /**
   * An operation of a capability: `hostCall("process", "spawn", { argv: ["make"] })`. For programs, where tools are for agents: results do not go to
   * the inbox. Rejects as `call` does, with the tool `process.spawn`; `not_found` for an unknown capability or operation.
   */
  hostCall(
    capability: string,
    operation: string,
    params: unknown = {},
    options: HostCallOptions = {},
  ): Promise<JsonObject> {
    if (this.#closing !== null) {
      const tool = `${capability}.${operation}`;
      return Promise.reject(new LonghandError("closed", `session ${this.id} is closed`, { tool }));
    }
    return this.#track(this.parts.hostCall(this, capability, operation, params, options));
  }

  /**
   * Runs an async function under a handle: `startOperation("index", async ({ signal, report, write }) => …)`. Its result comes to the inbox once;
   * `wait_command`, `cancel_handle`, `list_handles` and `read_command_output` know it. Rejects with `invalid_parameter`, `capacity`, `closed`,
   * `conflict` or `unavailable` when it cannot be started; what it throws is a report.
   */
  startOperation(name: string, run: OperationFunction, options: OperationOptions = {}): Promise<OperationHandle> {
    if (this.#closing !== null) return Promise.reject(new LonghandError("closed", `session ${this.id} is closed`));
    return this.#track(startOperation(this, name, run, options));
  }

  /** A blocked foreground call returns its running answer; the command goes on. False when no such call is in flight. */
  async moveToBackground(callId: string): Promise<boolean> {
    const call = this.parts.calls.get(this.id, callId, this.reader.readerEpoch);
    call?.moveToBackground();
    return call !== undefined;
  }

  /**
   * Cancels this one call and nothing else: it resolves with `status: "cancelled"`, what it ran in front is stopped, what it waited for goes
   * on. Of several who cancel it the first counts. `timeout` when `timeoutMs` has passed and the call has not answered. Rejects with
   * `invalid_parameter` for an option that is none, and cancels nothing then.
   */
  async cancelCall(callId: string, options: CancelCallOptions = {}): Promise<CancelStatus> {
    const { status } = await cancelCall(this, callId, options);
    return status;
  }

  /** @internal It was created by this attach: nobody has read from it before. */
  get isNew(): boolean {
    return this.reader.readerEpoch === 1;
  }

  /** @internal Whether it is open, and no other reader, of this process or another, has attached since. */
  async isCurrent(): Promise<boolean> {
    const record = await this.parts.ledger.session({ sessionId: this.id });
    return record?.readerEpoch === this.reader.readerEpoch && record.state === "open";
  }

  /** Tool and host calls in flight, of this reader and those before it, oldest first. */
  callsInFlight(): readonly CallInFlight[] {
    const { calls } = this.parts;
    return this.#inFlight().map((call) => {
      const { id, tool, cancelled } = call;
      const callId = id !== null && calls.get(this.id, id) === call ? id : null;
      const canceller = cancelled === null ? null : { by: cancelled.by, reason: cancelled.reason };
      return { callId, tool, cancelled: canceller };
    });
  }

  /** @internal Another reader of this process took over: what there is of the session is that one's. */
  fence(): void {
    this.#isFenced = true;
    this.letGo();
  }

  /** @internal Nobody reads here any more: nothing of the inbox is looked at. */
  letGo(): void {
    this.#following[Symbol.dispose]();
  }

  /** @internal Handles of this session that run here. */
  live(): Handle[] {
    return this.parts.supervisor.live(this.id);
  }

  /** What runs and what is unread, for a transcript that is being compacted. Claims nothing. */
  async digest(): Promise<string> {
    return renderDigest(this.live(), await this.inbox.unread(), this.parts.clock);
  }

  /**
   * Final. With an open parent, running handles and undelivered messages go to it (unless opened with `onClose: "stop"`);
   * else the handles are stopped, and their reports returned after those that nobody has read yet: that is their delivery. A second
   * call joins the first. Rejects with `conflict` when another reader has attached: the session is not this one's to close.
   */
  close(): Promise<Report[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * For a reader that is gone for now: what runs is stopped, and the session stays open, with its reports and all that was not
   * acknowledged, for the next attach. With nothing to keep, or a parent to keep it, the session is closed, unless `keep` says that the reader
   * means to come back.
   */
  async leave({ keep = false }: { readonly keep?: boolean } = {}): Promise<void> {
    const { terminal, claimed } = await this.inbox.refresh();
    const nothingToKeep = terminal + claimed === 0 && this.live().length === 0 && this.#inFlight().length === 0;
    if (!keep && (nothingToKeep || this.parentId !== null)) return void (await this.close());
    await this.#requireCurrent();
    this.#cancelAll("the client is gone");
    await this.parts.supervisor.stopAll(this.live(), {
      kind: "session_close",
      by: "longhand",
      reason: "the client is gone",
    });
    await Promise.allSettled(this.#answering);
    this.letGo();
    this.parts.onLeave(this);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      // What another reader has taken over is nothing to let go of.
      if (!isLonghandError(error) || error.kind !== "conflict") throw error;
    }
  }

  async #close(): Promise<Report[]> {
    const { ledger } = this.parts;
    const parent = this.parentId === null ? null : await ledger.session({ sessionId: this.parentId });
    const handOver = this.#onClose === "hand_over" && parent?.state === "open";
    // After all other questions: from here on to the stop of what runs there is no time for another reader.
    await this.#requireCurrent();
    // A call in flight is given up; a foreground command is stopped by its call, what runs in the background goes on below.
    this.#cancelAll("the session was closed");
    const last = handOver ? null : new LastReports(this);
    try {
      const reports = (await last?.collect()) ?? [];
      // Each call in flight delivers what it carries itself, while its claim still belongs to this session.
      await Promise.allSettled(this.#answering);
      await nextTurn();
      await this.#end(handOver);
      return reports;
    } catch (error) {
      last?.giveBack();
      throw error;
    }
  }

  async #end(handOver: boolean): Promise<void> {
    const { ledger, supervisor } = this.parts;
    const { moved } = await ledger.closeSession({ ...this.reader, handOver });
    for (const { handleId, sessionId, alias } of moved) supervisor.get(handleId)?.belongsTo(sessionId, alias);
    this.letGo();
    this.parts.onClose(this);
  }

  #inFlight(): readonly Call[] {
    return this.parts.calls.inFlight(this.id, this.reader.readerEpoch);
  }

  #cancelAll(reason: string): void {
    this.parts.calls.cancelAll(this.id, { by: "longhand", reason, injectReminder: false }, this.reader.readerEpoch);
  }

  #track<T>(answering: Promise<T>): Promise<T> {
    const done = (): void => void this.#answering.delete(answering);
    this.#answering.add(answering);
    answering.then(done, done);
    return answering;
  }

  async #requireCurrent(): Promise<void> {
    const record = await this.parts.ledger.session({ sessionId: this.id });
    if (!this.#isFenced && (record === null || record.readerEpoch === this.reader.readerEpoch)) return;
    throw new LonghandError("conflict", `another reader has attached to session ${this.id}`);
  }
}
