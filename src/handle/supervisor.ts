/** Starts commands and operations, keeps the live ones, and sees each through to its recorded report. */
import { asLonghandError, LonghandError } from "../base/errors.ts";
import { commandIdOf } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import { ReadingLane } from "../findings/reading-lane.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import { Screens } from "../output/screen.ts";
import { SearchTurns } from "../output/search-turns.ts";
import type { FdBudget } from "../process/fd-budget.ts";
import { reportOfNothing } from "./build-report.ts";
import type { Cause } from "./cause.ts";
import { commandWork } from "./command-work.ts";
import { Handle } from "./handle.ts";
import { type OpenedCapture, openCapture } from "./open-capture.ts";
import { operationWork } from "./operation-work.ts";
import { startProgress } from "./progress.ts";
import { record } from "./record.ts";
import type { Report } from "./report.ts";
import type { HandleRequest } from "./request.ts";
import { seeThrough } from "./see-through.ts";
import type { Running, Work, WorkOptions } from "./work.ts";

export interface SupervisorOptions extends WorkOptions {
  /** Handles that may run at once. */
  readonly maxRunning: number;
  /** Makes the directory for a handle's artifacts and returns its path. */
  readonly createDirectory: (handleId: string) => string;
  /** Undoes it, for a handle that was never placed. */
  readonly removeDirectory: (directory: string) => void;
  /** Shared with the launcher: pipes and artifacts come out of one limit. */
  readonly budget: FdBudget;
  /** A handle started or ended, for watchers. */
  readonly onChange?: (change: HandleChange) => void;
}

export interface StartOptions {
  /** Asked right before the start: with a cause nothing is started, and that is how the handle ended. */
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
  /** Of all who search output, of live handles and of others. */
  readonly searchTurns: SearchTurns = new SearchTurns();
  /** Of all who read findings. */
  readonly readings: ReadingLane = new ReadingLane();
  /** Of all who look at terminals. */
  readonly screens: Screens = new Screens();
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
   * Resolves once the command or operation runs (or was stopped before it could). Rejects with `spawn_failed`, `capacity`, `closed`, `unsupported`,
   * `unavailable` (the ledger), `conflict` (the request was placed before and has ended).
   */
  async start(request: HandleRequest, { unwanted, answer, onPlaced }: StartOptions = {}): Promise<Handle> {
    const { clock, createDirectory } = this.#options;
    this.#admit();
    const { handleId } = request;
    const directory = createDirectory(handleId);
    const commandId = request.kind === "command" ? commandIdOf(handleId) : null;
    const identity = { handleId, commandId, directory, startedAt: clock.now() };
    const handle = new Handle(identity, request, this.searchTurns);
    if (answer !== undefined) handle.expectAnswer(answer);
    this.#live.set(handleId, handle);
    let work: Work | null = null;
    try {
      work = await this.#workOf(handle);
      const placing = this.#place(handle, work);
      const opening = this.#openCapture(handle);
      opening.catch(() => null);
      const placed = await placing.catch(async (error: unknown) => {
        await abandon(opening);
        throw error;
      });
      // A store may repeat what it is not sure of: finding oneself is no repeat of the request.
      if (placed.existing && placed.handle.handleId !== handleId) {
        await abandon(opening);
        return this.#join(handle, work, placed.handle);
      }
      handle.belongsTo(placed.handle.sessionId, placed.handle.alias);
      onPlaced?.(handle);
      const cause = unwanted?.() ?? null;
      if (cause !== null) handle.dispatch({ type: "stop_requested", cause });
      await this.#launch(handle, work, opening);
    } catch (error) {
      if (handle.phase === "starting") this.#forget(handle, work);
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
    throw new LonghandError("capacity", `${maxRunning} handles are running already: stop one or wait for one to end`, {
      details: { limit: maxRunning, got: String(this.#live.size + 1) },
    });
  }

  async #workOf(handle: Handle): Promise<Work> {
    const { request } = handle;
    return request.kind === "command"
      ? commandWork(handle, request, { ...this.#options, screens: this.screens, readings: this.readings })
      : operationWork(handle, request, this.#options);
  }

  #place(handle: Handle, work: Work) {
    const { ledger, ticket } = this.#options;
    const { request } = handle;
    const spec: JsonObject = { ...work.spec, directory: handle.directory, merged: request.capture.merge };
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
  #join(mine: Handle, work: Work, theirs: HandleRecord): Handle {
    const running = this.#live.get(theirs.handleId);
    if (running !== undefined) {
      this.#forget(mine, work);
      return running;
    }
    throw new LonghandError("conflict", `this request was placed before as ${theirs.handleId}`, {
      details: { handle_id: theirs.handleId },
    });
  }

  /** Never placed: as if it had never been. */
  #forget(handle: Handle, work: Work | null): void {
    this.#live.delete(handle.id);
    handle.forget();
    work?.drop();
    this.#options.removeDirectory(handle.directory);
  }

  async #launch(handle: Handle, work: Work, opening: Promise<OpenedCapture>): Promise<void> {
    if (handle.state.cause !== null) {
      // Cancelled while it was being placed: nothing is started, and the report says so.
      await abandon(opening);
      return void this.#neverRan(handle, work, handle.state.cause, null);
    }
    let running: Running;
    let opened: OpenedCapture;
    try {
      opened = await opening;
      running = await work.start(opened);
    } catch (thrown) {
      const error = asLonghandError(thrown);
      await abandon(opening);
      void this.#neverRan(handle, work, { kind: "spawn_failed", by: "longhand", reason: error.message }, error);
      await handle.ended;
      throw error;
    }
    handle.runs(running, this.#options.clock.now());
    this.#options.onChange?.({ type: "started", handle });
    void this.#seeThrough(handle, running, opened);
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

  async #seeThrough(handle: Handle, running: Running, opened: OpenedCapture): Promise<void> {
    const progress = startProgress(handle, this.#options);
    const report = await seeThrough(handle, running, opened, this.#options);
    progress[Symbol.dispose]();
    await this.#conclude(handle, report);
  }

  #neverRan(handle: Handle, work: Work, cause: Cause, error: LonghandError | null): Promise<void> {
    handle.dispatch({ type: "spawn_failed", cause });
    work.drop();
    const facts = { endedAt: this.#options.clock.now(), sandbox: this.#options.sandbox.state, findings: null };
    return this.#conclude(handle, reportOfNothing(handle, facts, error));
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
