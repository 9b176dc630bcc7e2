/** The whole upper half over fakes: real supervisor, sessions and tools; no processes, and time that stands still. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId } from "../../src/base/ids.ts";
import { createHostCalls } from "../../src/capability/host-call.ts";
import { createLadders } from "../../src/handle/ladders.ts";
import { Supervisor } from "../../src/handle/supervisor.ts";
import type { HostTicket, Ledger } from "../../src/ledger/ledger.ts";
import { createMemoryLedger } from "../../src/ledger/memory.ts";
import { createFdBudget } from "../../src/process/fd-budget.ts";
import type { Mark } from "../../src/process/mark.ts";
import { createShells } from "../../src/process/shells.ts";
import { noSandbox } from "../../src/sandbox/sandbox.ts";
import type { Approve } from "../../src/session/approval.ts";
import { CallRegistry } from "../../src/session/calls.ts";
import { Session, type SessionParts } from "../../src/session/session.ts";
import { type FakeClock, fakeClock } from "../../src/testing/clock.ts";
import { allTools } from "../../src/tools/all-tools.ts";
import { createDispatch } from "../../src/tools/dispatch.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { type FakeLauncher, fakeLauncher } from "./fake-process.ts";

export interface FakeEngine extends Disposable {
  readonly clock: FakeClock;
  readonly launcher: FakeLauncher;
  readonly supervisor: Supervisor;
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly releasedMarks: Mark[];
  openSession(options?: { readonly id?: string; readonly parent?: string }): Promise<Session>;
  /** Moves time on, in steps that leave everybody a turn. */
  pass(ms: number): Promise<void>;
}

export interface FakeEngineOptions {
  readonly approve?: Approve;
  /** Between the engine and its ledger. */
  readonly through?: (ledger: Ledger) => Ledger;
  readonly descriptors?: number;
  readonly maxProcesses?: number;
  /** Beside those of the project. */
  readonly tools?: readonly Tool[];
}

export async function fakeEngine(options: FakeEngineOptions = {}): Promise<FakeEngine> {
  const root = mkdtempSync(join(tmpdir(), "longhand-fake-"));
  const clock = fakeClock();
  const ledger = createMemoryLedger();
  const used = options.through?.(ledger) ?? ledger;
  const identity = { machineId: "m", bootId: "b", pidNamespace: "p", pid: 1, startTime: "1" };
  const ticket = await ledger.openHost({ hostId: newId("host"), identity, now: clock.now() });
  const launcher = fakeLauncher();
  const releasedMarks: Mark[] = [];
  const ladders = createLadders({ stopGraceMs: 5_000 });
  const supervisor = new Supervisor({
    clock,
    ledger: used,
    ticket,
    launcher,
    sandbox: noSandbox,
    ladders,
    maxRunning: 100,
    createDirectory(handleId) {
      mkdirSync(join(root, handleId));
      return join(root, handleId);
    },
    removeDirectory: (directory) => rmSync(directory, { recursive: true, force: true }),
    budget: createFdBudget({ total: options.descriptors ?? 1_000, open: 0 }),
    releaseMark: (mark) => releasedMarks.push(mark),
  });
  const hostCalls = createHostCalls({ maxProcesses: options.maxProcesses ?? 64 });
  const parts: SessionParts = {
    clock,
    ledger: used,
    supervisor,
    calls: new CallRegistry(),
    ladders,
    artifactsRoot: root,
    environment: { PATH: "/usr/bin:/bin" },
    shells: createShells(null, {}),
    approve: options.approve ?? null,
    settings: { defaultCwd: "/", maxOutputBytes: 1_000, maxInlineBytes: 500, injectsInbox: false },
    dispatch: createDispatch([...allTools, ...(options.tools ?? [])]),
    hostCall: hostCalls.call,
    onClose: hostCalls.closed,
    onLeave: hostCalls.left,
  };
  // Tests look at what is let go of.
  const readers = new Map<string, WeakRef<Session>>();
  return {
    clock,
    launcher,
    supervisor,
    ledger,
    ticket,
    releasedMarks,
    async openSession({ id = newId("session"), parent = null as string | null } = {}) {
      const now = clock.now();
      const record = await ledger.attach({
        sessionId: id,
        parentId: parent,
        onClose: "hand_over",
        lastClaim: null,
        now,
      });
      const session = new Session(record, { ...parts, shells: parts.shells.forAnother() });
      readers.get(id)?.deref()?.fence();
      readers.set(id, new WeakRef(session));
      hostCalls.attached(session);
      return session;
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 10) {
        clock.advance(10);
        await turn();
      }
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Whatever is ready now goes on, disk included. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
