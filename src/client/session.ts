/** A session on the other side of a connection, with the same interface as in the process of the runtime. */
import { isLonghandError, LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Report } from "../index.ts";
import type { AgentCallOptions, AgentSession, CallInFlight, CallResult } from "../session/agent-session.ts";
import { checkCallOptions, checkHostCallOptions, type HostCallOptions } from "../session/call-options.ts";
import type { CancelStatus } from "../session/cancel-call.ts";
import { type CancelCallOptions, checkedCancel } from "../session/cancel-options.ts";
import type { LiveOutput } from "../session/live-output.ts";
import { type AskSession, ClientInbox } from "./inbox.ts";
import type { Link, LinkAsk } from "./link.ts";
import { inOurNames } from "./option-names.ts";
import { understood } from "./understood.ts";
import { Viewers } from "./viewers.ts";

export interface ClientSessionOptions {
  readonly id: string;
  readonly parentId: string | null;
  /** Of the answer that opened it; null with a bridge that tells none. */
  readonly readerEpoch: number | null;
  readonly link: Link;
  /** What it was opened with, for the next connection. */
  readonly reopening: object;
  /** It is closed: nothing of it is opened again. */
  readonly onClosed: (session: ClientSession) => void;
}

export class ClientSession implements AgentSession {
  readonly id: string;
  readonly parentId: string | null;
  readonly inbox: ClientInbox;
  readonly viewers: Viewers = new Viewers();
  readonly #link: Link;
  readonly #reopening: object;
  readonly #onClosed: (session: ClientSession) => void;
  /** The newest that may be of this client: one that it was not told of may have come of an attempt whose answer was lost. */
  #readerEpoch: number | null;
  /** Why it could not be opened again after a connection broke. */
  #lost: LonghandError | null = null;
  #closing: Promise<Report[]> | null = null;

  constructor({ id, parentId, readerEpoch, link, reopening, onClosed }: ClientSessionOptions) {
    this.id = id;
    this.parentId = parentId;
    this.#readerEpoch = readerEpoch;
    this.#link = link;
    this.#reopening = reopening;
    this.#onClosed = onClosed;
    this.inbox = new ClientInbox((method, params) => this.#ask(method, params, { again: true }));
  }

  /** Keeps `pending` and the wakes of the inbox up to date from now on. */
  start(): Promise<void> {
    return this.inbox.subscribe((method, params) => this.#ask(method, params, { again: true }));
  }

  /** As in the process of the runtime; the report that the answer carries counts as delivered when this promise resolves. */
  async call(name: string, input: unknown, options: AgentCallOptions = {}): Promise<CallResult> {
    this.#requireOpen(name);
    attributed(name, () => checkCallOptions(options));
    const { signal, onOutput, requestId } = options;
    // Output is told by the id of its call.
    const callId = idOf(options.callId) ?? (onOutput === undefined ? null : newId("call"));
    const params = {
      name,
      input: input ?? {},
      ...(callId === null ? {} : { call_id: callId }),
      ...(onOutput === undefined ? {} : { output: true }),
      ...(requestId === undefined ? {} : { request_id: requestId }),
    };
    const ask = { signal, confirm: true, again: requestId !== undefined };
    return this.#watched(callId, onOutput, async () => {
      const { status, text, data } = understood(await this.#forTool(name, this.#ask("tool/call", params, ask)));
      return { status: String(status), text: String(text), data: data as JsonObject };
    });
  }

  async hostCall(
    capability: string,
    operation: string,
    params: unknown = {},
    options: HostCallOptions = {},
  ): Promise<JsonObject> {
    const tool = `${capability}.${operation}`;
    this.#requireOpen(tool);
    attributed(tool, () => checkHostCallOptions(options));
    const callId = idOf(options.callId);
    const asked = { capability, operation, params, ...(callId === null ? {} : { call_id: callId }) };
    const answer = this.#ask("host/call", asked, { signal: options.signal });
    return understood(await this.#forTool(tool, answer)) as JsonObject;
  }

  async moveToBackground(callId: string): Promise<boolean> {
    if (idOf(callId) === null) return false;
    const answer = await this.#ask("session/move_to_background", { call_id: callId }, { again: true });
    return understood(answer)["moved"] === true;
  }

  async cancelCall(callId: string, options: CancelCallOptions = {}): Promise<CancelStatus> {
    const { by, reason, injectReminder, timeoutMs, force } = checkedCancel(callId, options);
    if (idOf(callId) === null) return "not_found";
    const params = {
      tool_call_id: callId,
      by,
      ...(reason === null ? {} : { reason }),
      inject_reminder: injectReminder,
      // JSON has no infinity, and the bridge no fractions.
      timeout_ms: Math.min(Math.ceil(timeoutMs), Number.MAX_SAFE_INTEGER),
      force,
    };
    const answer = await this.#ask("session/cancel_tool_call", params, { again: true });
    return understood(answer)["status"] as CancelStatus;
  }

  async callsInFlight(): Promise<readonly CallInFlight[]> {
    const { calls } = understood(await this.#ask("session/calls", {}, { again: true }));
    return (calls as readonly WireCall[]).map(({ call_id: callId, tool, cancelled }) => ({ callId, tool, cancelled }));
  }

  async digest(): Promise<string> {
    return String(understood(await this.#ask("session/digest", {}, { again: true }))["text"]);
  }

  close(): Promise<Report[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.close();
    } catch (error) {
      // What another reader has taken over, or a connection that is gone, leaves nothing to let go of.
      const kinds = ["conflict", "closed", "unavailable"];
      if (!isLonghandError(error) || !kinds.includes(error.kind)) throw error;
    }
  }

  /** Opened again on the next connection, unless somebody else has taken it over: `ask` is one of that connection alone. */
  async reopen(ask: AskSession): Promise<void> {
    if (this.#lost !== null) return;
    const lastClaim = this.inbox.lastAcked;
    const readerEpoch = this.#readerEpoch;
    if (readerEpoch !== null) this.#readerEpoch = readerEpoch + 1;
    try {
      const answer = await ask("session/open", {
        ...this.#reopening,
        ...(lastClaim === null ? {} : { last_claim: lastClaim }),
        ...(readerEpoch === null ? {} : { reader_epoch: readerEpoch }),
      });
      this.#readerEpoch = epochOf(understood(answer));
      await this.inbox.subscribe(ask);
    } catch (error) {
      // A connection that broke meanwhile is somebody else's to mend.
      if (isLonghandError(error) && !error.retryable) this.#lost = error;
      else throw error;
    }
  }

  async #close(): Promise<Report[]> {
    try {
      const { reports } = understood(await this.#send("session/close", { records: true }, { again: true }));
      return reports as Report[];
    } finally {
      this.#onClosed(this);
    }
  }

  async #watched<T>(callId: string | null, viewer: LiveOutput | undefined, call: () => Promise<T & CallResult>) {
    if (callId === null || viewer === undefined) return call();
    const own: LiveOutput = (update) => viewer(update);
    this.viewers.add(callId, own);
    let isRunning = false;
    try {
      const result = await call();
      isRunning = result.status === "running";
      return result;
    } finally {
      this.viewers.settle(callId, own, { isRunning });
    }
  }

  /** What was refused on the other side says already whose error it is. */
  async #forTool<T>(tool: string, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw isLonghandError(error) && ["unavailable", "closed"].includes(error.kind) ? error.inTool(tool) : error;
    }
  }

  #ask(method: string, params: object = {}, ask: LinkAsk = {}): Promise<unknown> {
    if (this.#closing === null) return this.#send(method, params, ask);
    return Promise.reject(new LonghandError("closed", `session ${this.id} is closed`));
  }

  async #send(method: string, params: object, ask: LinkAsk): Promise<unknown> {
    const check = (): void => {
      if (this.#lost !== null) throw this.#lost;
    };
    try {
      return await this.#link.request(method, { session_id: this.id, ...params }, { ...ask, check });
    } catch (error) {
      throw inOurNames(error);
    }
  }

  #requireOpen(tool: string): void {
    if (this.#closing !== null) throw new LonghandError("closed", `session ${this.id} is closed`, { tool });
  }
}

/** Of the answer to `session/open`. */
export function epochOf({ reader_epoch: epoch }: Readonly<Record<string, unknown>>): number | null {
  return typeof epoch === "number" ? epoch : null;
}

/** How the bridge tells of a call in flight. */
interface WireCall {
  readonly call_id: string | null;
  readonly tool: string;
  readonly cancelled: CallInFlight["cancelled"];
}

/** As in the process of the runtime, an option that is none is an error of the call that it is for. */
function attributed(tool: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw isLonghandError(error) ? error.inTool(tool) : error;
  }
}

/** An empty id names nothing. */
function idOf(callId: string | undefined): string | null {
  return callId === undefined || callId === "" ? null : callId;
}
