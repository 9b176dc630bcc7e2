import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Activity } from "../../../src/process/activity.ts";
import {
  type ActivityProbe,
  type ActivityProbeOptions,
  createActivityProbe,
} from "../../../src/process/activity-probe.ts";
import { type FakeClock, fakeClock } from "../../../src/testing/clock.ts";
import { type FakeActivity, type FakeMember, fakeActivity, reading } from "../../support/fake-activity.ts";

const input = { dev: 7n, ino: 100n };
const files = { 0: input };

interface Scene extends FakeActivity {
  readonly clock: FakeClock;
  readonly probe: ActivityProbe;
  /** A look, `ms` after what was before. */
  lookAfter(ms: number): Promise<Activity>;
}

/** Spawned at 0. */
function scene(processes: FakeMember[], options: Partial<ActivityProbeOptions> = {}): Scene {
  const time = fakeClock();
  let pauses = 0;
  const clock: FakeClock = {
    ...time,
    after(ms, fire) {
      if (ms === 25) pauses++;
      return time.after(ms, fire);
    },
  };
  const fake = fakeActivity(...processes);
  const leader = { pid: processes[0]?.pid ?? 1, startTime: "1" };
  const probe = createActivityProbe({
    tree: fake.tree,
    table: fake.table,
    leader,
    input,
    clock,
    spawnedAtMs: 0,
    portsOf: async () => [],
    ...options,
  });
  return {
    ...fake,
    clock,
    probe,
    async lookAfter(ms) {
      clock.advance(ms);
      let done = false;
      const look = probe.look().finally(() => {
        done = true;
      });
      // Between its samples it waits for the clock; otherwise only for its turn of the event loop.
      while (!done) {
        await nextTurn();
        if (pauses === 0) continue;
        pauses = 0;
        clock.advance(25);
      }
      return look;
    },
  };
}

describe("the first look", () => {
  it("takes the spawn for the look before", async () => {
    const { lookAfter, clock } = scene([{ pid: 1 }]);
    expect(await lookAfter(10_000)).toEqual({ state: "idle", windowMs: 10_000, ports: [], waiting: null });
    expect(clock.monotonic()).toBe(10_000);
  });

  it("takes a second sample of what has worked since its start", async () => {
    const { lookAfter, clock } = scene([{ pid: 1, ticks: 500 }]);
    expect(await lookAfter(10_000)).toMatchObject({ state: "idle", windowMs: 25 });
    expect(clock.monotonic()).toBe(10_025);
  });

  it("sees in it what goes on working", async () => {
    const { lookAfter, processes, tree } = scene([{ pid: 1, ticks: 500 }]);
    const members = tree.members;
    tree.members = () => {
      for (const process of processes) process.ticks = (process.ticks ?? 0) + 2;
      return members();
    };
    expect(await lookAfter(10_000)).toMatchObject({ state: "busy", windowMs: 25 });
  });

  it("does not wait right lookAfter the spawn", async () => {
    const { lookAfter, clock } = scene([{ pid: 1, state: "R" }]);
    expect(await lookAfter(3)).toMatchObject({ state: "busy", windowMs: 3 });
    expect(clock.monotonic()).toBe(3);
  });
});

describe("later looks", () => {
  it("tell what happened since", async () => {
    const { lookAfter, processes } = scene([{ pid: 1 }]);
    await lookAfter(1_000);
    Object.assign(processes[0] ?? {}, { ticks: 100 });
    expect(await lookAfter(4_000)).toMatchObject({ state: "busy", windowMs: 4_000 });
    expect(await lookAfter(1_000)).toMatchObject({ state: "idle", windowMs: 1_000 });
    expect(await lookAfter(2_000)).toMatchObject({ state: "idle", windowMs: 3_000 });
  });

  it("count output as work", async () => {
    let lastOutputAt: number | null = null;
    const { lookAfter } = scene([{ pid: 1 }], { lastOutputAt: () => lastOutputAt });
    await lookAfter(1_000);
    lastOutputAt = 1_500;
    expect(await lookAfter(1_000)).toMatchObject({ state: "busy", windowMs: 1_000 });
    expect(await lookAfter(1_000)).toMatchObject({ state: "idle", windowMs: 1_000 });
  });

  it("within 20 ms are the look before, and at the same time are one", async () => {
    let looks = 0;
    const fake = fakeActivity({ pid: 1 });
    const tree = {
      members: () => {
        looks++;
        return fake.tree.members();
      },
    };
    const { lookAfter, probe } = scene([{ pid: 1 }], { tree });
    const [first] = await Promise.all([lookAfter(1_000), probe.look()]);
    expect(await lookAfter(19)).toBe(first);
    expect(looks).toBe(1);
    expect(await lookAfter(1)).not.toBe(first);
  });

  it("have the ports in every state", async () => {
    const { lookAfter, processes } = scene([{ pid: 1 }], { portsOf: async () => [5173, 8080] });
    expect(await lookAfter(1_000)).toMatchObject({ state: "listening", ports: [5173, 8080] });
    Object.assign(processes[0] ?? {}, { state: "T" });
    expect(await lookAfter(1_000)).toMatchObject({ state: "stopped", ports: [5173, 8080] });
  });
});

describe("who waits for input", () => {
  const waiting: FakeMember = { pid: 2, name: "cat", files, blockedIn: reading(), sleeps: 4 };

  it("is known since the first look at this sleep", async () => {
    const { lookAfter, processes } = scene([{ pid: 1 }, { ...waiting }]);
    const expected = (forMs: number) => ({ state: "waiting_on_stdin", waiting: { pid: 2, name: "cat", forMs } });
    expect(await lookAfter(1_000)).toMatchObject(expected(0));
    expect(await lookAfter(3_000)).toMatchObject(expected(3_000));
    Object.assign(processes[1] ?? {}, { sleeps: 5 });
    expect(await lookAfter(2_000)).toMatchObject(expected(0));
    Object.assign(processes[1] ?? {}, { startTime: "9" });
    expect(await lookAfter(2_000)).toMatchObject(expected(0));
  });

  it("is not said to have waited when its sleeps are not counted", async () => {
    const { lookAfter } = scene([{ pid: 1 }, { ...waiting, sleeps: null }]);
    await lookAfter(1_000);
    expect((await lookAfter(1_000)).waiting?.forMs).toBe(0);
  });

  it("may be a thread, of which not endlessly many are looked at", async () => {
    const threads = (reader: number): FakeMember => ({
      pid: 2,
      files,
      threads: Object.fromEntries(
        Array.from({ length: 100 }, (_, n) => [100 + n, n === reader ? { blockedIn: reading(), sleeps: 1 } : {}]),
      ),
    });
    expect((await scene([threads(60)]).lookAfter(1_000)).state).toBe("waiting_on_stdin");
    expect((await scene([threads(70)]).lookAfter(1_000)).state).toBe("idle");
  });

  it("is the one that has waited longest", async () => {
    const { lookAfter, processes } = scene([{ pid: 1 }, { ...waiting, pid: 3 }]);
    await lookAfter(1_000);
    processes.splice(1, 0, { ...waiting, pid: 2 });
    expect((await lookAfter(500)).waiting).toMatchObject({ pid: 3, forMs: 500 });
  });

  it("is nobody when we cannot write", async () => {
    const { lookAfter } = scene([{ pid: 1 }, waiting], { input: null });
    expect(await lookAfter(1_000)).toMatchObject({ state: "idle", waiting: null });
  });

  it("is not one that is stopped, nor one that does not let us look", async () => {
    expect((await scene([{ pid: 1 }, { ...waiting, state: "T" }]).lookAfter(1_000)).state).toBe("idle");
    expect((await scene([{ pid: 1 }, { ...waiting, blockedIn: "unreadable" }]).lookAfter(1_000)).state).toBe("idle");
  });
});

it("a program goes by the name that it has at the look, not at the search before", async () => {
  const { lookAfter, tree, processes } = scene([{ pid: 1, name: "prlimit", files, blockedIn: reading() }]);
  const before = await tree.members();
  tree.members = async () => before;
  Object.assign(processes[0] ?? {}, { name: "bash" });
  expect((await lookAfter(1_000)).waiting?.name).toBe("bash");
});

describe("what cannot be read", () => {
  const unknown: Activity = { state: "unknown", windowMs: null, ports: [], waiting: null };

  it("is left out as long as others can be", async () => {
    const gone: FakeMember = { pid: 2, missing: "gone", state: "R" };
    expect((await scene([{ pid: 1 }, gone]).lookAfter(1_000)).state).toBe("idle");
  });

  it("is not that process any more when the number is another's", async () => {
    const { lookAfter, tree, processes } = scene([{ pid: 1 }, { pid: 2, state: "R" }]);
    const before = await tree.members();
    tree.members = async () => before;
    Object.assign(processes[1] ?? {}, { startTime: "9" });
    expect((await lookAfter(1_000)).state).toBe("idle");
  });

  it("is unknown when nobody can be, or looking fails", async () => {
    expect(await scene([]).lookAfter(1_000)).toEqual(unknown);
    expect(await scene([{ pid: 1, missing: "unreadable" }]).lookAfter(1_000)).toEqual(unknown);
    const tree = { members: () => Promise.reject(new Error("EMFILE")) };
    expect(await scene([{ pid: 1 }], { tree }).lookAfter(1_000)).toEqual(unknown);
  });

  it("is unknown when the look takes too long, and told when it is over", async () => {
    const slow = Promise.withResolvers<void>();
    const fake = fakeActivity({ pid: 1 });
    const tree = { members: () => slow.promise.then(() => fake.tree.members()) };
    const { lookAfter, probe, clock } = scene([{ pid: 1 }], { tree });
    clock.advance(1_000);
    const look = probe.look();
    clock.advance(250);
    expect(await look).toEqual(unknown);
    slow.resolve();
    expect((await lookAfter(0)).state).toBe("idle");
  });

  it("says who has ended: the leader", async () => {
    const { lookAfter, processes } = scene([{ pid: 1 }, { pid: 2 }]);
    processes.shift();
    expect((await lookAfter(1_000)).state).toBe("only_descendants_left");
    const closed = scene([{ pid: 1, missing: "unreadable" }, { pid: 2 }]);
    expect((await closed.lookAfter(1_000)).state).toBe("idle");
  });
});
