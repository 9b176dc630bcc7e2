/**
 * Every order in which calls end, are cancelled (by several who ask, by their caller's signal, by the end of the session) and are moved to the
 * background, while another reader attaches and makes calls with the same ids: one winner, one answer, one delivery of each report, nothing
 * of a later reader's touched by an earlier one, and nothing left of any of them.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { MessageRecord } from "../../../src/ledger/ledger.ts";
import type { Session } from "../../../src/session/session.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";
import { scheduledLedger } from "../../support/scheduled-ledger.ts";
import { checkAskers, checkCall, checkReminders, checkReports } from "./race-checks.ts";
import {
  begin,
  type Happening,
  happen,
  kinds,
  newCalls,
  type Scenario,
  thinkingTool,
  type World,
} from "./race-world.ts";

const which = fc.nat({ max: 7 });
const reader = fc.nat({ max: 2 });
const plan = fc.record({ kind: fc.constantFrom(...kinds), named: fc.boolean() });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constantFrom("ends", "aborts"), which }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("moves"), which, reader }) },
  {
    weight: 5,
    arbitrary: fc.record({
      what: fc.constant("cancels"),
      which,
      // The last is longer than the test: its timer would be there at the end.
      timeoutMs: fc.constantFrom(0, 400, 1_000_000),
      injectReminder: fc.boolean(),
      reader,
    }),
  },
  // Less than a tool has to answer; more than the ladder has, and a tool.
  { weight: 2, arbitrary: fc.record({ what: fc.constant("passes"), ms: fc.constantFrom(300, 2_100, 3_500) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("closes"), reader }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("attaches"), plans: fc.array(plan, { maxLength: 3 }) }) },
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  plans: fc.array(plan, { minLength: 1, maxLength: 4 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 10 }),
  early: fc.boolean(),
});

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

async function begun(scheduler: fc.Scheduler, { plans, early }: Scenario): Promise<World> {
  const played = newCalls(plans);
  const engine = await fakeEngine({
    through: (ledger) => scheduledLedger(ledger, scheduler, { failing: false }),
    tools: [thinkingTool(() => played)],
  });
  engine.launcher.step = (what) => scheduler.schedule(Promise.resolve(), what);
  const session = await engine.openSession();
  const world: World = { engine, readers: [session], played, askers: [], closed: [] };
  watchCalls(world);
  const server = session.dispatch("run_command", { argv: ["serve"], background: true });
  while (engine.launcher.processes.length === 0) await step(scheduler, world);
  begin(world, [...played], session);
  if (!early) for (let n = 0; n < 20 && (await step(scheduler, world)); n++);
  void server.then(({ received }) => received());
  return world;
}

/** Which call of the registry is which of the test, also of those without an id. */
function watchCalls({ readers, played }: World): void {
  const { calls } = (readers[0] as Session).parts;
  const open = calls.open.bind(calls);
  calls.open = (sessionId, tool, options) => {
    const call = open(sessionId, tool, options);
    const one = played.find(({ abort }) => abort.signal === options?.signal);
    if (one !== undefined) one.call = call;
    return call;
  };
}

/** What the last reader finds: also what a close had claimed that was refused then. */
async function inboxOf({ engine: { ledger }, readers }: World): Promise<readonly MessageRecord[]> {
  const { reader } = readers.at(-1) as Session;
  const { sessionId } = reader;
  const all = { ...reader, claimId: newId("claim"), tag: "", maxMessages: 100, maxBytes: 2 ** 20 };
  const claim = await ledger.claim(all).catch(() => null);
  return [...(claim?.messages ?? []), ...(await ledger.unread({ sessionId, limit: 100 }))];
}

async function play(scheduler: fc.Scheduler, asked: Scenario): Promise<void> {
  const world = await begun(scheduler, asked);
  const { readers, played } = world;
  const { id, parts } = readers[0] as Session;
  using engine = world.engine;
  scheduler.scheduleSequence(
    asked.happenings.map((event) => ({ label: event.what, builder: () => happen(world, event) })),
  );
  await settle(scheduler, world);
  const answers = await Promise.all(played.map(({ answer }) => answer));
  for (const result of answers) void result?.received();
  await settle(scheduler, world);

  for (const one of played) await checkCall(one, world);
  await checkAskers(world);
  expect(parts.calls.inFlight(id)).toEqual([]);
  expect(engine.supervisor.live()).toEqual([]);
  const unread = await inboxOf(world);
  await checkReports(answers, unread, world);
  if (world.closed.length === 0) checkReminders(world, unread);
  expect(engine.clock.timers).toBe(0);
}

it("one winner, one answer, one delivery, and nothing left, in any order", { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.scheduler(), scenario, play), { numRuns: 600, timeout: 10_000 });
});
