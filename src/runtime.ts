/** Composes everything and owns its lifetime: the only place where the parts meet. */

import { rmSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { systemClock } from "./base/clock.ts";
import { LonghandError } from "./base/errors.ts";
import { EventLog, type Sequenced } from "./base/event-log.ts";
import { newId } from "./base/ids.ts";
import { createHostCalls, type HostCalls } from "./capability/host-call.ts";
import { type ConfigOptions, type ResolvedConfig, resolveConfig } from "./config.ts";
import { createLadders } from "./handle/ladders.ts";
import type { Report } from "./handle/report.ts";
import { Supervisor } from "./handle/supervisor.ts";
import type { HostTicket, Ledger } from "./ledger/ledger.ts";
import { createMemoryLedger } from "./ledger/memory.ts";
import { openSqliteLedger } from "./ledger/sqlite/sqlite-ledger.ts";
import { createArtifacts } from "./output/artifacts.ts";
import { inheritedEnvironment } from "./process/environment.ts";
import { createProcessHost } from "./process/host.ts";
import { followCancelWishes } from "./runtime/cancel-wishes.ts";
import { eventOf, type RuntimeEvent } from "./runtime/events.ts";
import { hostIdentity } from "./runtime/host-identity.ts";
import { shellsOf } from "./runtime/list-shells.ts";
import { recover } from "./runtime/recovery.ts";
import { makeRuntimeDirectory } from "./runtime/runtime-directory.ts";
import { prepareStateDirectory } from "./runtime/state-directory.ts";
import { startUpkeep } from "./runtime/upkeep.ts";
import { noSandbox } from "./sandbox/sandbox.ts";
import type { Approve } from "./session/approval.ts";
import { CallRegistry } from "./session/calls.ts";
import { checkOpenOptions, type OpenSessionOptions } from "./session/open-options.ts";
import { Session, type SessionParts } from "./session/session.ts";
import { allTools } from "./tools/all-tools.ts";
import { createDispatch } from "./tools/dispatch.ts";

export interface RuntimeOptions extends ConfigOptions {
  /** Asked before every command: before the ledger knows of it and before anything is spawned. */
  readonly approve?: Approve;
}

/**
 * Rejects with `invalid_parameter` (a setting), `unavailable` (the state directory or database cannot be used) or `unsupported` (this
 * system). Installs no signal handlers and keeps no idle process alive.
 */
export async function createRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
  if (process.platform !== "linux") {
    throw new LonghandError("unsupported", `longhand runs on Linux; nobody has tested it on ${process.platform} yet`);
  }
  const { approve = null, ...settings } = options;
  const config = resolveConfig(settings);
  const { values } = config;
  const environment = inheritedEnvironment();
  const shells = shellsOf(values.defaultShell, environment);
  const paths = prepareStateDirectory(values.stateDir, values.store);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => paths.forget());
  const clock = systemClock;
  const ledger =
    values.store === "memory" ? createMemoryLedger() : await openSqliteLedger({ path: paths.database, clock });
  undo.defer(() => ledger.close());
  const identity = hostIdentity();
  const ticket = await ledger.openHost({ hostId: newId("host"), identity, now: clock.now() });
  const runtimeDir = makeRuntimeDirectory(values.runtimeDir, ticket.hostId);
  undo.defer(() => runtimeDir.remove());
  const { launcher, marks, trees, budget } = createProcessHost({
    runtimeDir: runtimeDir.path,
    clock,
    marks: values.marks,
  });
  undo.defer(() => launcher.close());
  const ladders = createLadders({ stopGraceMs: values.stopGraceMs });
  const events = new EventLog<RuntimeEvent>();
  undo.defer(() => events.close());
  const supervisor = new Supervisor({
    clock,
    ledger,
    ticket,
    launcher,
    sandbox: noSandbox,
    ladders,
    maxRunning: values.maxRunning,
    createDirectory: (handleId) => createArtifacts(paths.artifacts, handleId),
    removeDirectory,
    budget,
    releaseMark: (mark) => marks.release(mark),
    onChange: (change) => events.append(eventOf(change, clock)),
  });
  undo.defer(() => supervisor.screens.close());
  const artifactsRoot = paths.artifacts;
  const runtimeParent = values.runtimeDir;
  const { readings } = supervisor;
  const lost = await recover({
    ledger,
    ticket,
    identity,
    clock,
    trees,
    ladders,
    artifactsRoot,
    runtimeParent,
    readings,
  });
  if (lost > 0) events.append({ type: "recovered", at: clock.now(), handles: lost });
  undo.use(followCancelWishes({ ledger, ticket, supervisor, ladders }));
  undo.use(
    startUpkeep({
      ledger,
      clock,
      artifactsRoot: paths.artifacts,
      stampPath: paths.stamp,
      maxAgeMs: values.artifactMaxAgeMs,
      maxCount: values.artifactMaxCount,
      maxBytes: values.artifactMaxBytes,
      sessionMaxAgeMs: values.sessionMaxAgeMs,
      recordMaxAgeMs: values.recordMaxAgeMs,
      onError: (error) => events.append({ type: "upkeep_failed", at: clock.now(), message: String(error) }),
    }),
  );
  const hostCalls = createHostCalls({ maxProcesses: values.maxProcesses });
  const parts: SessionParts = {
    clock,
    ledger,
    supervisor,
    calls: new CallRegistry(),
    ladders,
    artifactsRoot: paths.artifacts,
    environment,
    shells,
    approve,
    settings: {
      defaultCwd: values.defaultCwd,
      maxOutputBytes: values.maxOutputBytes,
      maxInlineBytes: values.maxInlineBytes,
      injectsInbox: values.injectsInbox,
    },
    dispatch: createDispatch(allTools),
    hostCall: hostCalls.call,
    onClose(session) {
      hostCalls.closed(session);
      events.append({ type: "session_closed", at: clock.now(), session_id: session.id });
    },
    onLeave: hostCalls.left,
  };
  return new Runtime({ config, ledger, ticket, supervisor, events, parts, hostCalls, closing: undo.move() });
}

interface RuntimeParts {
  readonly config: ResolvedConfig;
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly supervisor: Supervisor;
  readonly events: EventLog<RuntimeEvent>;
  readonly parts: SessionParts;
  readonly hostCalls: HostCalls;
  /** Everything that has to be let go, in reverse order of its making. */
  readonly closing: AsyncDisposableStack;
}

export class Runtime implements AsyncDisposable {
  /** Every setting and where it came from. */
  readonly config: ResolvedConfig;
  readonly #own: RuntimeParts;
  readonly #sessions = new Set<Session>();
  #closing: Promise<Report[]> | null = null;

  /** @internal Use `createRuntime`. */
  constructor(own: RuntimeParts) {
    this.#own = own;
    this.config = own.config;
  }

  /**
   * Rejects with `not_found` or `closed` (the parent, or a closed session: closed is final) and `invalid_parameter`; `conflict` never: the
   * newest reader wins.
   */
  async openSession(options: OpenSessionOptions = {}): Promise<Session> {
    this.#refuseWhenClosed();
    const { ledger, parts, events, hostCalls } = this.#own;
    checkOpenOptions(options);
    const record = await ledger.attach({
      sessionId: options.id ?? newId("session"),
      parentId: options.parent ?? null,
      onClose: options.onClose ?? "hand_over",
      lastClaim: options.lastClaim ?? null,
      notAfter: options.readerEpoch ?? null,
      now: parts.clock.now(),
    });
    const onClose = (closed: Session): void => {
      this.#sessions.delete(closed);
      parts.onClose(closed);
    };
    const onLeave = (left: Session): void => {
      this.#sessions.delete(left);
      parts.onLeave(left);
    };
    // Chosen for the session, not for its reader.
    const former = [...this.#sessions].find(({ id }) => id === record.sessionId);
    const shells = former?.parts.shells ?? parts.shells.forAnother();
    const session = new Session(record, { ...parts, shells, onClose, onLeave });
    this.#fence(session.id);
    this.#sessions.add(session);
    hostCalls.attached(session);
    await session.inbox.refresh();
    events.append({ type: "session_opened", at: parts.clock.now(), session_id: session.id });
    return session;
  }

  /** Facts in order, for dashboards: lossy, and never the delivery. From `from` on, or those to come. */
  events(from?: number): AsyncGenerator<Sequenced<RuntimeEvent>, void, undefined> {
    return this.#own.events.events(from);
  }

  /**
   * Stops what runs and lets go of everything; resolves with the reports. Sessions stay open in the ledger, and their unread
   * messages (those reports included) wait for the next attach. A second call joins the first.
   */
  close(): Promise<Report[]> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<Report[]> {
    const { supervisor, ledger, ticket, parts, closing } = this.#own;
    for (const session of this.#sessions) {
      session.letGo();
      parts.calls.cancelAll(session.id, closedWithRuntime);
    }
    try {
      const reports = await supervisor.close();
      // What answers have delivered is acknowledged in the turn after them.
      await nextTurn();
      await ledger.closeHost({ ticket }).catch(() => undefined);
      return reports;
    } finally {
      await closing.disposeAsync();
    }
  }

  /** Former readers of the session in this process; those with calls in flight are still closed with the runtime. */
  #fence(sessionId: string): void {
    for (const former of this.#sessions) {
      if (former.id !== sessionId) continue;
      former.fence();
      if (former.callsInFlight().length === 0) this.#sessions.delete(former);
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closing !== null) throw new LonghandError("closed", "the runtime is closed");
  }
}

const closedWithRuntime = { by: "longhand", reason: "the runtime was closed", injectReminder: false };

/** What a disk that fails leaves behind, retention frees. */
function removeDirectory(directory: string): void {
  try {
    rmSync(directory, { recursive: true, force: true });
  } catch {
    // The error that matters is the one for which it is removed.
  }
}
