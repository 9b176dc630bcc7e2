import { describe, expect, it } from "vitest";
import type { ActivityState } from "../../../src/process/activity.ts";
import type { MemberSample, Sample } from "../../../src/process/activity-sample.ts";
import { judge } from "../../../src/process/judge-activity.ts";

const quiet: MemberSample = {
  pid: 10,
  startTime: "1",
  name: "program",
  state: "S",
  ownTicks: 100,
  reapedTicks: 0,
  waits: null,
  awaitsChildren: false,
};

const waits = { thread: 10, sleeps: 1 };

interface Scene {
  readonly members?: readonly Partial<MemberSample>[];
  readonly before?: readonly Partial<MemberSample>[];
  readonly leaderEnded?: boolean;
  readonly lastOutputAtMs?: number;
  readonly ports?: readonly number[];
  readonly windowMs?: number;
}

const sampleAt = (atMs: number, members: readonly Partial<MemberSample>[], leaderEnded = false): Sample => ({
  atMs,
  members: members.map((member) => ({ ...quiet, ...member })),
  leaderEnded,
});

function stateOf({ members = [{}], windowMs = 1_000, ...scene }: Scene): ActivityState {
  const before = scene.before ?? members.map((member) => ({ ...member, ownTicks: 100, reapedTicks: 0 }));
  const evidence = {
    before: sampleAt(5_000, before),
    now: sampleAt(5_000 + windowMs, members, scene.leaderEnded),
    lastOutputAtMs: scene.lastOutputAtMs ?? null,
  };
  return judge(evidence, scene.ports ?? []);
}

describe("judge", () => {
  it.each<[ActivityState, string, Scene]>([
    ["unknown", "nobody was readable", { members: [] }],
    ["idle", "nothing happened", {}],
    ["listening", "nothing happened, and a port is open", { ports: [5173] }],
    ["busy", "one runs now", { members: [{}, { pid: 11, state: "R" }], ports: [5173] }],
    ["busy", "one waits for a disk", { members: [{ state: "D" }] }],
    ["busy", "it printed within the window", { lastOutputAtMs: 5_001 }],
    ["idle", "it printed before the window", { lastOutputAtMs: 5_000 }],
    ["only_descendants_left", "the leader has ended", { leaderEnded: true, members: [{ state: "R" }], ports: [80] }],
    [
      "waiting_on_stdin",
      "one waits while another runs",
      { members: [{ state: "R" }, { pid: 11, waits }], ports: [80] },
    ],
    ["stopped", "all are stopped", { members: [{ state: "T" }, { pid: 11, state: "t" }], leaderEnded: true }],
    ["stopped", "the rest waits for the stopped", { members: [{ awaitsChildren: true }, { pid: 11, state: "T" }] }],
    ["idle", "one is stopped, another is not", { members: [{}, { pid: 11, state: "T" }] }],
    ["idle", "a shell waits for a child that is not stopped", { members: [{ awaitsChildren: true }, { pid: 11 }] }],
    ["waiting_on_stdin", "one is stopped, another waits", { members: [{ waits }, { pid: 11, state: "T" }] }],
  ])("%s: %s", (expected, _, scene) => {
    expect(stateOf(scene)).toBe(expected);
  });
});

describe("processor time", () => {
  const used = (ticks: number, windowMs: number): ActivityState =>
    stateOf({ members: [{ ownTicks: 100 + ticks }], windowMs });

  it("counts from two hundredths of the window, and a tick at least", () => {
    expect(used(1, 10_000)).toBe("idle");
    expect(used(19, 10_000)).toBe("idle");
    expect(used(20, 10_000)).toBe("busy");
    expect(used(1, 25)).toBe("busy");
    expect(used(0, 25)).toBe("idle");
  });

  it("of a process that is new counts from its start", () => {
    expect(stateOf({ before: [{}], members: [{}, { pid: 11, ownTicks: 50 }] })).toBe("busy");
    expect(stateOf({ before: [{}], members: [{ startTime: "2", ownTicks: 100 }] })).toBe("busy");
  });

  it("of children that came and went counts by their parent", () => {
    expect(stateOf({ members: [{ reapedTicks: 50 }] })).toBe("busy");
  });

  it("that was used before the window does not count again when a child is waited for", () => {
    const before = [{}, { pid: 11, ownTicks: 70, reapedTicks: 5 }];
    expect(stateOf({ before, members: [{ reapedTicks: 75 }] })).toBe("idle");
  });

  it("does not vanish with one that nobody waits for", () => {
    const before = [{}, { pid: 11, ownTicks: 70 }];
    expect(stateOf({ before, members: [{ ownTicks: 150 }] })).toBe("busy");
  });
});
