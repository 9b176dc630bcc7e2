/**
 * Every order in which the end of a command, those who ask for it, those who wait for it, the disk and the store can come:
 * one report, one cause, one delivery, and nobody hangs.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Cause } from "../../../src/handle/cause.ts";
import type { Report } from "../../../src/handle/report.ts";
import type { Session } from "../../../src/session/session.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";
import { scheduledLedger } from "../../support/scheduled-ledger.ts";

const happenings = [
  "exit",
  "exit, pipes held",
  "timeout",
  "print",
  "output limit",
  "cancel",
  "cancel and wait",
  "wait",
  "wait briefly",
  "look",
  "move to background",
  "cancel call",
  "close session",
  "store fails",
  "store is back",
  "time passes",
] as const;
type Happening = (typeof happenings)[number];

interface Scenario {
  readonly how: "foreground" | "background" | "after a while";
  /** Things happen before the command runs, too. */
  readonly early: boolean;
  readonly happenings: readonly Happening[];
  /** Whether callers say that answers arrived, or that they were lost. */
  readonly received: boolean;
}

const scenario: fc.Arbitrary<Scenario> = fc.record({
  how: fc.constantFrom("foreground", "background", "after a while"),
  early: fc.boolean(),
  happenings: fc.array(fc.constantFrom(...happenings), { minLength: 1, maxLength: 8 }),
  received: fc.boolean(),
});

interface World {
  readonly engine: FakeEngine;
  readonly session: Session;
  readonly weather: { failing: boolean };
  readonly answers: Promise<ToolResult | null>[];
  readonly closed: Promise<readonly Report[]>[];
  /** The first cause that was seen of each handle. */
  readonly causes: Map<string, Cause>;
}

const inputs = {
  foreground: {},
  background: { background: true },
  "after a while": { background_after_ms: 300 },
};

/** A refusal is an answer too: a session that is closed, a handle that is not there yet. */
const answer = (world: World, name: string, input: object, callId?: string): void => {
  const answering = (async () => world.session.dispatch(name, input, callId === undefined ? {} : { callId }))();
  world.answers.push(answering.catch(() => null));
};

function happen(happening: Happening, world: World): unknown {
  const { engine, session, weather } = world;
  const [process] = engine.launcher.processes;
  switch (happening) {
    case "exit, pipes held":
      if (process !== undefined) process.heldOpen = true;
      return process?.exit();
    case "exit":
      return process?.exit({ code: 3, signal: null });
    case "timeout":
      return engine.clock.advance(700);
    case "time passes":
      return engine.clock.advance(120);
    case "print":
      return process?.print("some output\n");
    case "output limit":
      return process?.print("x".repeat(1_500));
    case "cancel":
      return answer(world, "cancel_handle", { handle_id: "h1", reason: "no more" });
    case "cancel and wait":
      return answer(world, "cancel_handle", { handle_id: "h1", wait_result_ms: 1_000 });
    case "wait":
      return answer(world, "wait_command", { handle_id: "h1", timeout_ms: 60_000 });
    case "wait briefly":
      return answer(world, "wait_command", { handle_id: "h1", timeout_ms: 100 });
    case "look":
      return answer(world, "wait_command", { handle_id: "h1" });
    case "move to background":
      return session.moveToBackground("run");
    case "cancel call":
      return session.cancelCall("run");
    case "close session":
      return world.closed.push(session.close().catch(() => []));
    case "store fails":
    case "store is back":
      weather.failing = happening === "store fails";
      return null;
  }
}

/** Lets the scheduler choose until nothing is left to choose, with time that goes on so that nobody waits for ever. */
async function settle(scheduler: fc.Scheduler, world: World): Promise<void> {
  const { engine, weather } = world;
  for (let quiet = 0; quiet < 40; ) {
    if (await step(scheduler, world)) continue;
    weather.failing = false;
    engine.launcher.processes[0]?.exit();
    engine.clock.advance(500);
    quiet += 1;
  }
}

/** False when there was nothing to choose. */
async function step(scheduler: fc.Scheduler, world: World): Promise<boolean> {
  await turn();
  watchCauses(world);
  if (scheduler.count() === 0) return false;
  await scheduler.waitOne();
  return true;
}

function watchCauses({ engine, causes }: World): void {
  for (const { id, state } of engine.supervisor.live()) {
    if (state.cause === null) continue;
    const first = causes.get(id) ?? state.cause;
    expect(state.cause).toEqual(first);
    causes.set(id, first);
  }
}

/** The report in an answer; null when the answer has none. */
function reportIn(result: ToolResult | null): JsonObject | null {
  const data = (result?.data["result"] ?? result?.data) as JsonObject | undefined;
  return data?.["completed"] === true ? data : null;
}

async function play(scheduler: fc.Scheduler, { how, early, happenings, received }: Scenario): Promise<void> {
  const weather = { failing: false };
  using engine = await fakeEngine({ through: (ledger) => scheduledLedger(ledger, scheduler, weather) });
  engine.launcher.step = (what) => scheduler.schedule(Promise.resolve(), what);
  const session = await engine.openSession();
  const world: World = { engine, session, weather, answers: [], closed: [], causes: new Map() };
  answer(world, "run_command", { argv: ["build"], timeout_ms: 600, progress_interval_ms: 50, ...inputs[how] }, "run");
  if (!early) while (engine.launcher.processes.length === 0) await step(scheduler, world);
  scheduler.scheduleSequence(happenings.map((label) => ({ label, builder: async () => void happen(label, world) })));
  await settle(scheduler, world);

  expect(engine.supervisor.live()).toEqual([]);
  const answers = await Promise.all(world.answers);
  const closing = (await Promise.all(world.closed)).flat();
  const handles = await engine.ledger.list({ sessionId: session.id, state: null, limit: 10 });
  expect(handles.length).toBeLessThanOrEqual(1);
  const [handle] = handles;
  // Nothing was placed when the session was closed or the store failed before.
  if (handle === undefined) return;
  expect(handle.state).toBe("ended");
  const report = handle.report as unknown as Report;
  expect(report.endedBy).toEqual(world.causes.get(handle.handleId) ?? report.endedBy);

  const carrying = answers.filter((result) => reportIn(result) !== null);
  for (const result of carrying) expect(reportIn(result)).toMatchObject({ ended_by: { cause: report.endedBy.kind } });
  for (const result of carrying) void (received ? result?.received() : result?.lost());
  await settle(scheduler, world);
  if (world.closed.length > 0) {
    expect(carrying.length + closing.length).toBeGreaterThan(0);
    return;
  }
  const unread = await engine.ledger.unread({ sessionId: session.id, limit: 100 });
  const inInbox = carrying.length > 0 && received ? 0 : 1;
  const kinds = unread.map(({ kind }) => kind);
  // One reminder of the cancelled call at the most, however often it was cancelled, and before everything else.
  const reminders = kinds[0] === "notice" ? 1 : 0;
  expect(reminders).toBeLessThanOrEqual(happenings.includes("cancel call") ? 1 : 0);
  expect(kinds.slice(reminders)).toEqual(Array(inInbox).fill("tool_result"));
}

it("one report, one cause, one delivery, in any order", { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), scenario, play), { numRuns: 1_500, timeout: 5_000 });
});
