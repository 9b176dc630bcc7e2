import { describe, expect, it } from "vitest";
import type { Cause } from "../../../src/handle/cause.ts";
import { outcomeOf } from "../../../src/handle/cause.ts";
import {
  advance,
  initialLifecycle,
  type Lifecycle,
  type LifecycleEvent,
  type Phase,
} from "../../../src/handle/lifecycle.ts";

const cancel: Cause = { kind: "cancel", by: "user", reason: "enough" };
const failed: Cause = { kind: "spawn_failed", by: "longhand", reason: "ENOENT" };
const returned: Cause = { kind: "returned", by: "operation", reason: null };
const status = { code: 0, signal: null };

const events = {
  spawned: { type: "spawned" },
  spawn_failed: { type: "spawn_failed", cause: failed },
  exited: { type: "exited", status },
  settled: { type: "settled", cause: returned },
  stop: { type: "stop_requested", cause: cancel },
  quiet: { type: "quiet" },
  recorded: { type: "recorded" },
} satisfies Record<string, LifecycleEvent>;
type EventName = keyof typeof events;

const stateAfter = (...names: EventName[]): Lifecycle =>
  names.reduce((state, name) => advance(state, events[name]), initialLifecycle);

const states = {
  starting: stateAfter(),
  "starting, unwanted": stateAfter("stop"),
  running: stateAfter("spawned"),
  draining: stateAfter("spawned", "exited"),
  "draining, hurried": stateAfter("spawned", "exited", "stop"),
  "draining, settled": stateAfter("spawned", "settled"),
  "draining, settled, hurried": stateAfter("spawned", "settled", "stop"),
  stopping: stateAfter("spawned", "stop"),
  "stopping, leader gone": stateAfter("spawned", "stop", "exited"),
  closing: stateAfter("spawned", "exited", "quiet"),
  "closing, hurried": stateAfter("spawned", "exited", "quiet", "stop"),
  ended: stateAfter("spawned", "exited", "quiet", "recorded"),
} satisfies Record<string, Lifecycle>;
type StateName = keyof typeof states;

/** The next state by event; what is missing changes nothing. */
const table: Record<StateName, Partial<Record<EventName, StateName>>> = {
  starting: { spawned: "running", stop: "starting, unwanted" },
  "starting, unwanted": { spawned: "stopping" },
  running: { exited: "draining", settled: "draining, settled", stop: "stopping" },
  draining: { stop: "draining, hurried", quiet: "closing" },
  "draining, hurried": {},
  "draining, settled": { stop: "draining, settled, hurried" },
  "draining, settled, hurried": {},
  stopping: { exited: "stopping, leader gone" },
  "stopping, leader gone": {},
  closing: { stop: "closing, hurried" },
  "closing, hurried": {},
  ended: {},
};

/** Next states that no row is about: only the phase matters then. */
const leaving: Partial<Record<StateName, Partial<Record<EventName, Phase>>>> = {
  starting: { spawn_failed: "closing" },
  "starting, unwanted": { spawn_failed: "closing" },
  "draining, hurried": { quiet: "closing" },
  "draining, settled": { quiet: "closing" },
  "draining, settled, hurried": { quiet: "closing" },
  closing: { recorded: "ended" },
  "closing, hurried": { recorded: "ended" },
  stopping: { quiet: "closing" },
  "stopping, leader gone": { quiet: "closing" },
};

const cells = Object.keys(states).flatMap((state) =>
  Object.keys(events).map((event) => [state as StateName, event as EventName] as const),
);

describe("every event in every phase", () => {
  // The exit may be noticed before the spawn is: it is kept, and nothing else changes.
  // An operation has no exit status, so nothing follows from one.
  const special = (state: StateName, event: EventName) =>
    event === "exited" && (state.startsWith("starting") || state.startsWith("draining, settled"));

  it.each(cells.filter(([state, event]) => !special(state, event)))("%s + %s", (state, event) => {
    const before = states[state];
    const next = advance(before, events[event]);
    const phase = leaving[state]?.[event];
    if (phase !== undefined) expect(next.phase).toBe(phase);
    else expect(next).toEqual(states[table[state][event] ?? state]);
  });
});

describe("the first cause", () => {
  it("is the exit when the command ended before somebody asked for it", () => {
    expect(stateAfter("spawned", "exited", "stop", "quiet").cause).toEqual({
      kind: "exit",
      by: "command",
      reason: null,
    });
  });

  it("is the request when it came first, however the leader ended then", () => {
    expect(stateAfter("spawned", "stop", "exited", "quiet").cause).toEqual(cancel);
    expect(stateAfter("stop", "spawned", "exited").cause).toEqual(cancel);
  });

  it("of an operation is its own end, unless somebody asked for it before", () => {
    expect(stateAfter("spawned", "settled", "stop", "quiet").cause).toEqual(returned);
    expect(stateAfter("spawned", "stop", "settled", "quiet").cause).toEqual(cancel);
    expect(stateAfter("stop", "spawned", "settled").cause).toEqual(cancel);
  });

  it("is the request also when the start failed after it", () => {
    expect(stateAfter("stop", "spawn_failed").cause).toEqual(cancel);
    expect(stateAfter("spawn_failed", "stop").cause).toEqual(failed);
  });
});

describe("the outcome of a cause", () => {
  const signal = { code: null, signal: "SIGSEGV" } as const;
  it.each([
    ["exit", status, "exited"],
    ["exit", signal, "signaled"],
    ["returned", null, "returned"],
    ["threw", null, "failed"],
    ["timeout", signal, "timed_out"],
    ["output_limit", null, "output_limit"],
    ["spawn_failed", null, "spawn_failed"],
    ["host_lost", null, "lost"],
    ["cancel", status, "cancelled"],
    ["session_close", signal, "cancelled"],
    ["runtime_close", signal, "cancelled"],
  ] as const)("%s, %j: %s", (kind, exit, outcome) => {
    expect(outcomeOf({ kind, by: "x", reason: null }, exit)).toBe(outcome);
  });
});
