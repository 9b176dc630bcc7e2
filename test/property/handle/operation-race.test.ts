/**
 * Every order in which the end of an operation's function, those who ask for it, the deadline of its stop and the store can come:
 * one report, one cause, one terminal message, and nobody hangs.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Cause } from "../../../src/handle/cause.ts";
import type { OperationContext } from "../../../src/handle/operation.ts";
import type { Report } from "../../../src/handle/report.ts";
import type { OperationHandle } from "../../../src/session/operations.ts";
import type { Session } from "../../../src/session/session.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";
import { scheduledLedger } from "../../support/scheduled-ledger.ts";

const happenings = [
  "return",
  "throw",
  "reject with nothing",
  "cancel",
  "return and cancel in one tick",
  "cancel and return in one tick",
  "timeout",
  "output limit",
  "write",
  "report",
  "close session",
  "close runtime",
  "store fails",
  "store is back",
  "time passes",
  "its deadline passes",
] as const;
type Happening = (typeof happenings)[number];

interface Scenario {
  /** What the function does when its signal is aborted. */
  readonly onAbort: "throws" | "returns" | "ignores it";
  /** Things happen before it runs, too. */
  readonly early: boolean;
  readonly happenings: readonly Happening[];
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  onAbort: fc.constantFrom("throws", "returns", "ignores it"),
  early: fc.boolean(),
  happenings: fc.array(fc.constantFrom(...happenings), { minLength: 1, maxLength: 8 }),
});

interface World {
  readonly engine: FakeEngine;
  readonly session: Session;
  readonly weather: { failing: boolean };
  readonly starting: Promise<OperationHandle | null>;
  readonly body: PromiseWithResolvers<unknown>;
  readonly causes: Map<string, Cause>;
  readonly ends: Promise<readonly Report[]>[];
  operation: OperationHandle | null;
  context: OperationContext | null;
}

function happen(happening: Happening, world: World): unknown {
  const { engine, session, weather, body, context, operation } = world;
  switch (happening) {
    case "return":
      return body.resolve({ fine: true });
    case "throw":
      return body.reject(new Error("broken"));
    case "reject with nothing":
      return body.reject(undefined);
    case "cancel":
      return operation?.cancel("no more");
    case "return and cancel in one tick":
      body.resolve({ fine: true });
      return operation?.cancel("too late?");
    case "cancel and return in one tick":
      operation?.cancel("in time");
      return body.resolve({ fine: true });
    case "timeout":
      return engine.clock.advance(700);
    case "its deadline passes":
      return engine.clock.advance(7_000);
    case "time passes":
      return engine.clock.advance(120);
    case "output limit":
      return context?.write("x".repeat(1_500));
    case "write":
      return context?.write("some output\n");
    case "report":
      return context?.report({ done: 1 });
    case "close session":
      return world.ends.push(session.close().catch(() => []));
    case "close runtime":
      return world.ends.push(engine.supervisor.close());
    case "store fails":
    case "store is back":
      weather.failing = happening === "store fails";
      return null;
  }
}

/** False when there was nothing to choose. */
async function step(scheduler: fc.Scheduler, { engine, causes }: World): Promise<boolean> {
  await turn();
  for (const { id, state } of engine.supervisor.live()) {
    if (state.cause === null) continue;
    const first = causes.get(id) ?? state.cause;
    expect(state.cause).toEqual(first);
    causes.set(id, first);
  }
  if (scheduler.count() === 0) return false;
  await scheduler.waitOne();
  return true;
}

async function settle(scheduler: fc.Scheduler, world: World): Promise<void> {
  for (let quiet = 0; quiet < 40; ) {
    if (await step(scheduler, world)) continue;
    world.weather.failing = false;
    world.engine.clock.advance(500);
    quiet += 1;
  }
}

function makeWorld(engine: FakeEngine, session: Session, weather: World["weather"], onAbort: Scenario["onAbort"]) {
  const body = Promise.withResolvers<unknown>();
  body.promise.catch(() => null);
  const run = (context: OperationContext): Promise<unknown> => {
    world.context = context;
    context.signal.addEventListener("abort", () => {
      if (onAbort === "throws") body.reject(context.signal.reason);
      if (onAbort === "returns") body.resolve({ partly: true });
    });
    return body.promise;
  };
  const options = { timeoutMs: 600, progressIntervalMs: 50 };
  const starting = session.startOperation("index", run, options).catch(() => null);
  const world: World = {
    ...{ engine, session, weather, starting, body, causes: new Map(), ends: [] },
    ...{ operation: null, context: null },
  };
  void starting.then((operation) => {
    world.operation = operation;
  });
  return world;
}

/** What an outcome says must be what happened first. */
function judge(report: Report, world: World): void {
  expect(report.endedBy).toEqual(world.causes.get(report.handleId) ?? report.endedBy);
  const outcome = {
    returned: "returned",
    threw: "failed",
    timeout: "timed_out",
    cancel: "cancelled",
    session_close: "cancelled",
    runtime_close: "cancelled",
    output_limit: "output_limit",
  }[report.endedBy.kind as string];
  if (report.endedBy.kind !== "spawn_failed") expect(report.outcome).toBe(outcome);
  if (report.outcome === "returned") expect(report.error).toBeNull();
  if (report.outcome === "failed") expect(report.error).not.toBeNull();
}

async function play(scheduler: fc.Scheduler, { onAbort, early, happenings }: Scenario): Promise<void> {
  const weather = { failing: false };
  using engine = await fakeEngine({ through: (ledger) => scheduledLedger(ledger, scheduler, weather) });
  const session = await engine.openSession();
  const world = makeWorld(engine, session, weather, onAbort);
  if (!early) while (world.context === null) await step(scheduler, world);
  scheduler.scheduleSequence(happenings.map((label) => ({ label, builder: async () => void happen(label, world) })));
  await settle(scheduler, world);

  expect(engine.supervisor.live()).toEqual([]);
  const closing = (await Promise.all(world.ends)).flat();
  const [handle, ...others] = await engine.ledger.list({ sessionId: session.id, state: null, limit: 10 });
  expect(others).toEqual([]);
  // Nothing was placed when the session was closed or the store failed before.
  if (handle === undefined) return;
  expect(handle.state).toBe("ended");
  const report = handle.report as unknown as Report;
  judge(report, world);
  for (const closed of closing) expect(closed).toEqual(report);
  if (world.operation !== null) expect(await world.operation.ended).toEqual(report);
  const unread = await engine.ledger.unread({ sessionId: session.id, limit: 100 });
  const terminal = unread.filter(({ kind }) => kind === "tool_result");
  // A closed session has handed its reports over; a start that failed is an error to its caller and a result in the inbox.
  const wasClosed = happenings.includes("close session") && closing.length > 0;
  expect(terminal.length).toBe(wasClosed ? 0 : 1);
  expect(unread.filter(({ kind }) => kind === "tool_progress")).toEqual([]);
}

it("one report, one cause, one terminal message, in any order", { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), scenario, play), { numRuns: 1_500, timeout: 5_000 });
});
