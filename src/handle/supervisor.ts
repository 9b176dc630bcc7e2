/** Starts commands, keeps the live ones, and sees each through to its recorded report. */
import type { Clock } from "../base/clock.ts";
import { asLonghandError, LonghandError } from "../base/errors.ts";
import { commandIdOf } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { HandleRecord, HostTicket, Ledger } from "../ledger/ledger.ts";
import type { Child } from "../process/child.ts";
import type { FdBudget } from "../process/fd-budget.ts";
import type { Launcher } from "../process/launcher.ts";
import type { Mark } from "../process/mark.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { reportOf, reportOfNothing } from "./build-report.ts";
import type { Cause } from "./cause.ts";
import { Handle } from "./handle.ts";
import { inspect } from "./inspect.ts";
import type { Ladders } from "./ladders.ts";
import { type OpenedCapture, openCapture } from "./open-capture.ts";
import { startProgress } from "./progress.ts";
import { record } from "./record.ts";
import type { Report } from "./report.ts";
import type { HandleRequest } from "./request.ts";
import { supervise } from "./supervise.ts";

export interface SupervisorOptions {
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly launcher: Launcher;
  readonly sandbox: Sandbox;
  readonly ladders: Ladders;
  /** Handles that may run at once. */
  readonly maxRunning: number;
  /** Makes the directory for a handle's artifacts and returns its path. */
  readonly createDirectory: (handleId: string) => string;
  /** Undoes it, for a handle that was never placed. */
  readonly removeDirectory: (directory: string) => void;
  /** Shared with the launcher: pipes and artifacts come out of one limit. */
  readonly budget: FdBudget;
  /** Nobody carries the mark any more: it may be used again. */
  readonly releaseMark: (mark: Mark) => void;
  /** A handle started or ended, for watchers. */
  readonly onChange?: (change: HandleChange) => void;
}

export interface StartOptions {
  /** Asked right before the spawn: with a cause nothing is spawned, and that is how the handle ended. */
  readonly unwanted?: () => Cause | null;
  /** Claim id of the answer that will carry the report, or the error of a failed start. */
  readonly answer?: string;
  /** Called once the ledger has the handle: from then on it will have a report, also when the start fails. */
  readonly onPlaced?: (handle: Handle) => void;
}

export type HandleChange =
  | { readonly type: "started"; readonly handle: Handle }
  | { readonly type: "ended"; readonly handle: Handle; readonly report: Report };

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #live = new Map<string, Handle>();
  /** Ended, and not in the ledger yet: few and short, unless the store fails. */
  readonly #unrecorded = new Set<Handle>();
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Also one that has ended, as long as the ledger does not have its report. */
  get(handleId: string): Handle | undefined {
    return this.#live.get(handleId) ?? [...this.#unrecorded].find(({ id }) => id === handleId);
  }

  /** Handles of a session that are answered for here: the live ones, and those whose report the ledger does not have yet. */
  here(owner: string): Handle[] {
    return [...this.live(owner), ...[...this.#unrecorded].filter((handle) => handle.owner === owner)];
  }

  /** Handles that have not ended, oldest first. */
  live(owner?: string): Handle[] {
    return [...this.#live.values()].filter((handle) => owner === undefined || handle.owner === owner);
  }

  /** Reports that the ledger does not have yet because it fails, and that no answer carries either. */
  unrecorded(owner: string): Promise<Report>[] {
    const nobodys = [...this.#unrecorded].filter((handle) => handle.owner === owner && handle.carriedBy === null);
    return nobodys.map((handle) => handle.ended);
  }

  /**
   * Resolves once the command runs (or was stopped before it could). Rejects with `spawn_failed`, `capacity`, `closed`,
   * `unavailable` (the ledger), `conflict` (the request was placed before and has ended).
   */
  async start(request: HandleRequest, { unwanted, answer, onPlaced }: StartOptions = {}): Promise<Handle> {
    const { clock, launcher, createDirectory } = this.#options;
    this.#admit();
    const { handleId } = request;
    const directory = createDirectory(handleId);
    const identity = { handleId, commandId: commandIdOf(handleId), directory, startedAt: clock.now() };
    const handle = new Handle(identity, request);
    if (answer !== undefined) handle.expectAnswer(answer);
    this.#live.set(handleId, handle);
    let mark: Mark | null = null;
    try {
      mark = await launcher.newMark(handleId);
      const placing = this.#place(handle, mark);
      const opening = this.#openCapture(handle);
      opening.catch(() => null);
      const placed = await placing.catch(async (error: unknown) => {
        await abandon(opening);
        throw error;
      });
      // A store may repeat what it is not sure of: finding oneself is no repeat of the request.
      if (placed.existing && placed.handle.handleId !== handleId) {
        await abandon(opening);
        return this.#join(handle, mark, placed.handle);
      }
      handle.belongsTo(placed.handle.sessionId, placed.handle.alias);
      onPlaced?.(handle);
      const cause = unwanted?.() ?? null;
      if (cause !== null) handle.dispatch({ type: "stop_requested", cause });
      await this.#launch(handle, mark, opening);
    } catch (error) {
      if (handle.phase === "starting") this.#forget(handle, mark);
      throw error;
    }
    return handle;
  }

  /** Stops handles and resolves with their reports, in the order of their start. */
  async stopAll(handles: readonly Handle[], cause: Cause): Promise<Report[]> {
    for (const handle of handles) handle.requestStop(cause, this.#options.ladders.stop);
    const ends = handles.map((handle) => Promise.race([handle.ended, handle.forgotten.then(() => null)]));
    return (await Promise.all(ends)).filter((report) => report !== null);
  }

  /** Refuses new handles and stops the live ones. Resolves with their reports. */
  close(): Promise<Report[]> {
    this.#closed = true;
    return this.stopAll(this.live(), { kind: "runtime_close", by: "longhand", reason: null });
  }

  #admit(): void {
    if (this.#closed) throw new LonghandError("closed", "the runtime is closed");
    const { maxRunning } = this.#options;
    if (this.#live.size < maxRunning) return;
    throw new LonghandError("capacity", `${maxRunning} commands are running already: stop one or wait for one to end`, {
      details: { limit: maxRunning, got: String(this.#live.size + 1) },
    });
  }

  #place(handle: Handle, mark: Mark) {
    const { ledger, ticket } = this.#options;
    const { request } = handle;
    const spec: JsonObject = {
      command_id: handle.commandId,
      command: request.command.display,
      cwd: request.command.cwd,
      directory: handle.directory,
      mark: { cookie: mark.cookie, limits: mark.limits === null ? null : { ...mark.limits } },
      merged: request.capture.merge,
      inspection: request.inspection === null ? null : { ...request.inspection },
    };
    const { owner: sessionId, requestId, callId, label } = request;
    const createdAt = handle.startedAt;
    return ledger.place({
      handleId: handle.id,
      sessionId,
      requestId,
      callId,
      label,
      lifetime: "session",
      spec,
      createdAt,
      ticket,
    });
  }

  /** The same request came twice. */
  #join(mine: Handle, mark: Mark, theirs: HandleRecord): Handle {
    const running = this.#live.get(theirs.handleId);
    if (running !== undefined) {
      this.#forget(mine, mark);
      return running;
    }
    throw new LonghandError("conflict", `this request was placed before as ${theirs.handleId}`, {
      details: { handle_id: theirs.handleId },
    });
  }

  /** Never placed: as if it had never been. */
  #forget(handle: Handle, mark: Mark | null): void {
    this.#live.delete(handle.id);
    handle.forget();
    if (mark !== null) this.#options.releaseMark(mark);
    this.#options.removeDirectory(handle.directory);
  }

  async #launch(handle: Handle, mark: Mark, opening: Promise<OpenedCapture>): Promise<void> {
    if (handle.state.cause !== null) {
      // Cancelled while it was being placed: nothing is spawned, and the report says so.
      await abandon(opening);
      return void this.#neverRan(handle, mark, handle.state.cause, null);
    }
    const { launcher, sandbox, onChange } = this.#options;
    let opened: OpenedCapture;
    let child: Child;
    try {
      opened = await opening;
      child = await launcher.launch(sandbox.confine(handle.request.command), mark, opened.capture);
    } catch (thrown) {
      const error = asLonghandError(thrown);
      await abandon(opening);
      void this.#neverRan(handle, mark, { kind: "spawn_failed", by: "longhand", reason: error.message }, error);
      await handle.ended;
      throw error;
    }
    handle.runs(child, opened.recorder, this.#options.clock.now());
    onChange?.({ type: "started", handle });
    void this.#seeThrough(handle, child, opened, mark);
  }

  async #openCapture(handle: Handle): Promise<OpenedCapture> {
    // Files are made while the ledger is busy with the request, which leaves at the end of this tick: most commands are over in a
    // few milliseconds, and each of them counts.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    const { clock, budget, ladders } = this.#options;
    const { capture: settings, maxOutputBytes } = handle.request;
    const onLimit = (): void => void handle.requestStop(limitCause(maxOutputBytes), ladders.stop);
    const { merge: merged, previewBytes } = settings;
    const recording = { directory: handle.directory, merged, maxBytes: maxOutputBytes, previewBytes, onLimit };
    return openCapture({ recording, settings, clock, budget });
  }

  async #seeThrough(handle: Handle, child: Child, opened: OpenedCapture, mark: Mark): Promise<void> {
    const { clock, sandbox, releaseMark } = this.#options;
    const { recorder } = opened;
    const { pid, startTime } = child;
    const progress = startProgress(handle, this.#options);
    if (!handle.awaited) {
      // For people who list handles from elsewhere; nothing depends on it.
      void this.#options.ledger
        .note({ handleId: handle.id, ticket: this.#options.ticket, notes: { pid, start_time: startTime } })
        .catch(() => false);
    }
    const ending = await supervise(handle, child, recorder, this.#options);
    progress[Symbol.dispose]();
    opened.close();
    if (ending.receipt.complete && ending.receipt.survivors.length === 0) releaseMark(mark);
    const facts = { endedAt: clock.now(), sandbox: sandbox.state };
    const findings = await inspect(handle, ending.output, clock);
    await this.#conclude(handle, reportOf(handle, ending, recorder, { ...facts, findings }));
  }

  #neverRan(handle: Handle, mark: Mark, cause: Cause, error: LonghandError | null): Promise<void> {
    handle.dispatch({ type: "spawn_failed", cause });
    this.#options.releaseMark(mark);
    const facts = { endedAt: this.#options.clock.now(), sandbox: this.#options.sandbox.state, findings: null };
    return this.#conclude(handle, reportOfNothing(handle, facts, error?.message ?? null));
  }

  async #conclude(handle: Handle, report: Report): Promise<void> {
    const finish = (): void => {
      if (handle.phase === "ended") return;
      this.#live.delete(handle.id);
      this.#unrecorded.add(handle);
      handle.finish(report);
      this.#options.onChange?.({ type: "ended", handle, report });
    };
    // A store that fails must not hang whoever waits for the report; the message follows when the store is back.
    await record(handle, report, { ...this.#options, onDelay: finish });
    finish();
    this.#unrecorded.delete(handle);
    handle.commit();
  }
}

async function abandon(opening: Promise<OpenedCapture>): Promise<void> {
  const opened = await opening.catch(() => null);
  await opened?.recorder.finish();
  opened?.close();
}

function limitCause(maxBytes: number): Cause {
  return { kind: "output_limit", by: "longhand", reason: `more than ${maxBytes} bytes of output` };
}
