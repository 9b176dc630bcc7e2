/**
 * Every order in which calls end, are cancelled (by several who ask, by their caller's signal, by the end of the session) and are moved to the
 * background: one winner, one answer, one delivery of each report, and nothing left of any of them.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Report } from "../../../src/handle/report.ts";
import type { MessageRecord } from "../../../src/ledger/ledger.ts";
import type { Call, CancelDetails } from "../../../src/session/call.ts";
import type { CancelStatus } from "../../../src/session/cancel-call.ts";
import type { Session } from "../../../src/session/session.ts";
import type { ToolResult } from "../../../src/session/tool-result.ts";
import { defineTool } from "../../../src/tools/tool.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";
import { scheduledLedger } from "../../support/scheduled-ledger.ts";

const kinds = ["in front", "in front for a while", "a wait", "heeds its signal", "ignores its signal"] as const;

interface Plan {
  readonly kind: (typeof kinds)[number];
  readonly named: boolean;
}

type Happening =
  | { readonly what: "ends" | "aborts" | "moves"; readonly which: number }
  | { readonly what: "cancels"; readonly which: number; readonly timeoutMs: number; readonly injectReminder: boolean }
  | { readonly what: "passes"; readonly ms: number }
  | { readonly what: "closes" };

interface Scenario {
  readonly plans: readonly Plan[];
  readonly happenings: readonly Happening[];
  /** Things happen before the calls are under way, too. */
  readonly early: boolean;
}

const which = fc.nat({ max: 3 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constantFrom("ends", "aborts", "moves"), which }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("cancels"),
      which,
      // The last is longer than the test: its timer would be there at the end.
      timeoutMs: fc.constantFrom(0, 400, 1_000_000),
      injectReminder: fc.boolean(),
    }),
  },
  // Less than a tool has to answer; more than the ladder has, and a tool.
  { weight: 2, arbitrary: fc.record({ what: fc.constant("passes"), ms: fc.constantFrom(300, 2_100, 3_500) }) },
  { weight: 1, arbitrary: fc.constant({ what: "closes" } as const) },
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  plans: fc.array(fc.record({ kind: fc.constantFrom(...kinds), named: fc.boolean() }), { minLength: 1, maxLength: 4 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 10 }),
  early: fc.boolean(),
});

/** A call of the test, and all that is seen of it. */
interface Played {
  readonly plan: Plan;
  readonly callId: string;
  readonly abort: AbortController;
  readonly finish: PromiseWithResolvers<void>;
  /** Null when it was refused. */
  answer: Promise<ToolResult | null>;
  /** Null when it never came so far. */
  call: Call | null;
  /** Who cancelled it, as it was seen first. */
  seen: CancelDetails | null;
  /** All who asked for its cancel, in their order. */
  readonly told: { readonly by: string; readonly injectReminder: boolean; readonly status: Promise<CancelStatus> }[];
}

interface World {
  readonly engine: FakeEngine;
  readonly session: Session;
  readonly played: readonly Played[];
  readonly closed: Promise<readonly Report[]>[];
}

/** Ends when the test says so; the call's caller is known by its signal. */
function thinkingTool(played: () => readonly Played[]) {
  return defineTool({
    name: "think",
    description: "Thinks.",
    input: z.strictObject({ which: z.int(), heeds: z.boolean() }),
    async run({ which: index, heeds }, { call }) {
      const { finish } = played()[index] as Played;
      const aborted = new Promise<never>((_, reject) => {
        call.signal.addEventListener("abort", () => reject(call.signal.reason), { once: true });
      });
      aborted.catch(() => null);
      await (heeds ? Promise.race([finish.promise, aborted]) : finish.promise);
      return { status: "completed", data: { thought: true }, text: "thought" };
    },
  });
}

function inputOf({ kind }: Plan, index: number): [string, object] {
  switch (kind) {
    case "in front":
      return ["run_command", { argv: ["build"] }];
    case "in front for a while":
      return ["run_command", { argv: ["build"], background_after_ms: 1_000 }];
    case "a wait":
      return ["wait_command", { handle_id: "h1", timeout_ms: 60_000 }];
    default:
      return ["think", { which: index, heeds: kind === "heeds its signal" }];
  }
}

function begin({ session, played }: World): void {
  for (const [index, one] of played.entries()) {
    const [name, input] = inputOf(one.plan, index);
    const options = { signal: one.abort.signal, ...(one.plan.named ? { callId: one.callId } : {}) };
    one.answer = session.dispatch(name, input, options).catch(() => null);
  }
}

function happen(world: World, event: Happening): void {
  const { engine, session, played, closed } = world;
  if (event.what === "passes") engine.clock.advance(event.ms);
  if (event.what === "closes") closed.push(session.close());
  if (!("which" in event)) return;
  const one = played[event.which % played.length] as Played;
  if (event.what === "ends") {
    one.finish.resolve();
    engine.launcher.processes[event.which]?.exit({ code: event.which, signal: null });
  }
  if (event.what === "aborts") one.abort.abort(`signal of ${one.callId}`);
  if (event.what === "moves") void session.moveToBackground(one.callId);
  if (event.what !== "cancels") return;
  const { timeoutMs, injectReminder } = event;
  const by = `asker ${one.told.length}`;
  const options = { by, reason: `said ${by} of ${one.callId}`, timeoutMs, injectReminder };
  one.told.push({ by, injectReminder, status: session.cancelCall(one.callId, options) });
}

/** Lets the scheduler choose until nothing is left to choose, with time that goes on so that nobody waits for ever. */
async function settle(scheduler: fc.Scheduler, world: World): Promise<void> {
  const { engine, played } = world;
  for (let quiet = 0; quiet < 12; ) {
    if (await step(scheduler, world)) continue;
    // Long enough for every bound there is, before what ignores it all comes to its end.
    if (quiet >= 6) for (const process of engine.launcher.processes) process.exit();
    if (quiet >= 6) for (const { finish } of played) finish.resolve();
    engine.clock.advance(2_000);
    quiet += 1;
  }
}

async function step(scheduler: fc.Scheduler, { played }: World): Promise<boolean> {
  await turn();
  for (const one of played) {
    one.seen ??= one.call?.cancelled ?? null;
    // The first who cancels stays the one, whoever comes later.
    expect(one.call?.cancelled ?? null).toBe(one.seen);
  }
  if (scheduler.count() === 0) return false;
  await scheduler.waitOne();
  return true;
}

/** The report in an answer; null when the answer has none. */
function reportIn(result: ToolResult | null): JsonObject | null {
  const data = (result?.data["result"] ?? result?.data) as JsonObject | undefined;
  return data?.["completed"] === true ? data : null;
}

async function checkCall({ call, told, answer, plan }: Played): Promise<void> {
  const result = await answer;
  const statuses = await Promise.all(told.map(({ status }) => status));
  const winner = call?.cancelled ?? null;
  const first = told.findIndex(({ by }) => by === winner?.by);
  // Nobody else is told that it was he.
  expect(statuses.filter((status, index) => status === "cancelled" && index !== first)).toEqual([]);
  if (first !== -1) expect(["cancelled", "timeout"]).toContain(statuses[first]);
  if (winner === null || !plan.named) expect(statuses).toEqual(statuses.map(() => "not_found"));
  if (result?.status === "cancelled") {
    expect(winner).not.toBeNull();
    expect(result.data["cancelled"]).toEqual({ by: winner?.by, reason: winner?.reason });
  }
}

function checkReminder({ call, told, callId }: Played, unread: readonly MessageRecord[]): void {
  const reminders = unread.filter((message) => message.kind === "notice" && message.callId === callId);
  const first = told.find(({ by }) => by === call?.cancelled?.by);
  expect(reminders.length).toBe(first?.injectReminder === true ? 1 : 0);
}

async function checkReports(answers: readonly (ToolResult | null)[], unread: readonly MessageRecord[], world: World) {
  const { engine, session, closed } = world;
  const returned = new Set((await Promise.all(closed)).flat().map(({ handleId }) => handleId));
  for (const handle of await engine.ledger.list({ sessionId: session.id, state: null, limit: 10 })) {
    expect(handle.state).toBe("ended");
    await checkCause(handle, world);
    const carried = answers.some((result) => reportIn(result)?.["handle_id"] === handle.handleId);
    const inInbox = unread.filter((message) => message.handleId === handle.handleId).map(({ kind }) => kind);
    if (closed.length === 0) expect(inInbox).toEqual(carried ? [] : ["tool_result"]);
    else expect([carried, returned.has(handle.handleId)]).toContain(true);
  }
}

/** What was cancelled was stopped for its own call, and for no other reason. */
async function checkCause(handle: { readonly callId: string | null; readonly report: unknown }, world: World) {
  const { endedBy } = handle.report as Report;
  if (endedBy.kind !== "cancel") return;
  const owners = world.played.filter(({ call }) => call?.tool === "run_command" && call.id === handle.callId);
  const owner = owners.find(({ seen }) => seen?.by === endedBy.by && seen.reason === endedBy.reason);
  expect(owner).toBeDefined();
  expect((await owner?.answer)?.status).toBe("cancelled");
}

async function begun(scheduler: fc.Scheduler, { plans, early }: Scenario): Promise<World> {
  const played: Played[] = plans.map((plan, index) => ({
    plan,
    callId: `c${index}`,
    abort: new AbortController(),
    finish: Promise.withResolvers<void>(),
    answer: Promise.resolve(null),
    call: null,
    seen: null,
    told: [],
  }));
  const engine = await fakeEngine({
    through: (ledger) => scheduledLedger(ledger, scheduler, { failing: false }),
    tools: [thinkingTool(() => played)],
  });
  engine.launcher.step = (what) => scheduler.schedule(Promise.resolve(), what);
  const session = await engine.openSession();
  const world: World = { engine, session, played, closed: [] };
  watchCalls(world);
  const server = session.dispatch("run_command", { argv: ["serve"], background: true });
  while (engine.launcher.processes.length === 0) await step(scheduler, world);
  begin(world);
  if (!early) for (let n = 0; n < 20 && (await step(scheduler, world)); n++);
  void server.then(({ received }) => received());
  return world;
}

/** Which call of the registry is which of the test, also of those without an id. */
function watchCalls({ session, played }: World): void {
  const { calls } = session.parts;
  const open = calls.open.bind(calls);
  calls.open = (sessionId, tool, options) => {
    const call = open(sessionId, tool, options);
    const one = played.find(({ abort }) => abort.signal === options?.signal);
    if (one !== undefined) one.call = call;
    return call;
  };
}

async function play(scheduler: fc.Scheduler, asked: Scenario): Promise<void> {
  const world = await begun(scheduler, asked);
  const { session, played } = world;
  using engine = world.engine;
  scheduler.scheduleSequence(
    asked.happenings.map((event) => ({ label: event.what, builder: async () => happen(world, event) })),
  );
  await settle(scheduler, world);
  const answers = await Promise.all(played.map(({ answer }) => answer));
  for (const result of answers) void result?.received();
  await settle(scheduler, world);

  for (const one of played) await checkCall(one);
  expect(session.parts.calls.inFlight(session.id)).toEqual([]);
  expect(engine.supervisor.live()).toEqual([]);
  const unread = await engine.ledger.unread({ sessionId: session.id, limit: 100 });
  await checkReports(answers, unread, world);
  if (world.closed.length === 0) for (const one of played) checkReminder(one, unread);
  expect(engine.clock.timers).toBe(0);
}

it("one winner, one answer, one delivery, and nothing left, in any order", { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), scenario, play), { numRuns: 600, timeout: 10_000 });
});
