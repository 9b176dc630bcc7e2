import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { ExitStatus } from "../../../src/process/identity.ts";
import { topRange } from "../../../src/process/interval.ts";
import { createTrees } from "../../../src/process/process-tree.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { simulatedTable } from "../../support/simulated-table.ts";

const limits = { low: topRange.low + 1000n, high: topRange.low + 1999n };
const mark = { cookie: "m", limits: { soft: `${limits.low}`, hard: `${limits.high}` } };
const ladder = { signal: "SIGTERM", graceMs: 1_000, deadlineMs: 2_000 } as const;

function setUp(options?: Parameters<typeof simulatedTable>[0]) {
  const table = simulatedTable(options);
  const clock = fakeClock();
  const trees = createTrees({ table, clock });
  const host = table.fork(1);
  const leader = table.fork(host.pid, { limits, cookie: "m" });
  leader.group = leader.pid;
  leader.session = leader.pid;
  const exit = Promise.withResolvers<ExitStatus>();
  const tree = trees.createTree(leader, mark, exit.promise);
  const finish = async <T>(promise: Promise<T>, maxMs = 5_000): Promise<T> => {
    let done = false;
    void promise.then(() => {
      done = true;
    });
    for (let ms = 0; ms < maxMs && !done; ms++) {
      await nextTurn();
      if (!done) clock.advance(1);
    }
    return promise;
  };
  const endLeader = async () => {
    table.remove(leader.pid);
    exit.resolve({ code: 0, signal: null });
    await nextTurn();
  };
  return { table, clock, trees, tree, leader, finish, endLeader };
}

describe("the ladder", () => {
  it("sends the signal, and nothing more to those who end", async () => {
    const { table, tree, leader, finish } = setUp();
    const child = table.fork(leader.pid);
    const receipt = await finish(tree.stop(ladder));
    expect(table.sent.map(({ pid, signal }) => [pid, signal])).toEqual([
      [leader.pid, "SIGTERM"],
      [child.pid, "SIGTERM"],
    ]);
    expect(receipt).toMatchObject({ found: 2, stopped: 2, survivors: [], coverage: "marked", complete: true });
  });

  it("kills at the end of the grace, and not before", async () => {
    const { table, clock, tree, leader, finish } = setUp();
    leader.onSignal = (signal) => (signal === "SIGKILL" ? "die" : "live");
    const startedAt = clock.monotonic();
    const receipt = await finish(tree.stop(ladder));
    expect(receipt.processes).toEqual([{ pid: leader.pid, name: leader.name, signals: ["SIGTERM", "SIGKILL"] }]);
    expect(clock.monotonic() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(clock.monotonic() - startedAt).toBeLessThan(1_050);
    expect(table.processes.has(leader.pid)).toBe(false);
  });

  it("kills in time even when the grace would fill the deadline", async () => {
    const { tree, leader, finish } = setUp();
    leader.onSignal = (signal) => (signal === "SIGKILL" ? "die" : "live");
    const receipt = await finish(tree.stop({ signal: "SIGTERM", graceMs: 9_000, deadlineMs: 2_000 }));
    expect(receipt).toMatchObject({ stopped: 1, survivors: [] });
    expect(receipt.durationMs).toBeLessThan(2_000);
  });

  it("gives up at the deadline on a process that SIGKILL does not end", async () => {
    const { tree, leader, finish } = setUp();
    leader.state = "D";
    leader.onSignal = () => "live";
    const receipt = await finish(tree.stop(ladder));
    expect(receipt.survivors).toEqual([{ pid: leader.pid, name: leader.name, reason: "uninterruptible" }]);
    expect(receipt).toMatchObject({ stopped: 0, complete: true });
    expect(receipt.durationMs).toBeGreaterThanOrEqual(2_000);
    expect(receipt.durationMs).toBeLessThan(2_030);
  });

  it("does not wait for those it may not signal", async () => {
    const { table, tree, leader, finish } = setUp();
    const setUid = table.fork(leader.pid, { onSignal: () => "not_permitted", uid: 0 });
    const receipt = await finish(tree.stop(ladder));
    expect(receipt.survivors).toEqual([{ pid: setUid.pid, name: setUid.name, reason: "not_permitted" }]);
    expect(receipt).toMatchObject({ found: 2, stopped: 1 });
    expect(receipt.durationMs).toBeLessThan(100);
  });

  it("a second stop joins the first and may hurry it", async () => {
    const { table, clock, tree, leader, finish } = setUp();
    leader.onSignal = (signal) => (signal === "SIGKILL" ? "die" : "live");
    const first = tree.stop({ signal: "SIGTERM", graceMs: 60_000, deadlineMs: 120_000 });
    const second = tree.stop({ signal: "SIGKILL", graceMs: 0, deadlineMs: 500 });
    expect(await finish(second)).toBe(await first);
    expect(clock.monotonic()).toBeLessThan(50);
    expect(table.sent.map(({ signal }) => signal)).toEqual(["SIGTERM", "SIGKILL"]);
    expect(await tree.stop(ladder)).toBe(await first);
  });

  it("keeps its pids to itself: a reused number is not signalled", async () => {
    const { table, tree, leader, finish } = setUp();
    leader.onSignal = () => "live";
    const stopping = tree.stop(ladder);
    await nextTurn();
    table.remove(leader.pid);
    table.processes.set(leader.pid, { ...leader, startTime: "999999", limits: { low: 5n, high: 5n }, cookie: null });
    const receipt = await finish(stopping);
    expect(table.sent.map(({ signal }) => signal)).toEqual(["SIGTERM"]);
    expect(receipt).toMatchObject({ stopped: 1, survivors: [] });
  });
});

describe("what it looks at", () => {
  it("looks at nothing when the leader ended and no pid was allocated since", async () => {
    const { table, tree, endLeader } = setUp();
    await endLeader();
    table.onRead = (pid) => expect.fail(`read ${pid}`);
    expect(await tree.stop(ladder)).toMatchObject({ processes: [], found: 0, complete: true, durationMs: 0 });
    expect(await tree.keep()).toMatchObject({ survivors: [] });
  });

  it("looks only at the new pids while they cannot have come round", async () => {
    const { table, tree, leader, finish } = setUp();
    const read = new Set<number>();
    for (let i = 0; i < 50; i++) table.fork(1);
    const last = table.fork(leader.pid, { session: 9, group: 9 });
    table.onRead = (pid) => read.add(pid);
    await finish(tree.stop(ladder));
    expect(table.processes.has(last.pid)).toBe(false);
    expect([...read].filter((pid) => pid > 1 && pid < leader.pid)).toEqual([]);
  });

  it("finds a child whose pid came round to a small number", async () => {
    const { table, tree, leader, finish } = setUp({ largestPid: 1_000 });
    table.allocate(1_000 - leader.pid);
    const child = table.fork(leader.pid, { parentPid: 1, group: 7, session: 7 });
    expect(child.pid).toBeLessThan(leader.pid + 400);
    await finish(tree.stop(ladder));
    expect(table.processes.has(child.pid)).toBe(false);
  });

  it("follows a chain of forks that moves on whenever it is looked at", async () => {
    const { table, tree, leader, finish } = setUp();
    let head = table.fork(leader.pid, { parentPid: 1 });
    let generations = 0;
    table.onRead = (pid) => {
      if (pid !== head.pid || generations++ >= 300) return;
      const next = table.fork(head.pid, { parentPid: 1, group: 3, session: 3, cookie: null });
      table.remove(head.pid);
      head = next;
    };
    const receipt = await finish(tree.stop(ladder));
    expect(table.processes.has(head.pid)).toBe(false);
    expect(receipt.survivors).toEqual([]);
  });

  it("finds a child that becomes visible only after its number was examined", async () => {
    const { table, clock, tree, leader, finish } = setUp();
    const hidden = table.lastPid() + 1;
    table.allocate(1);
    leader.onSignal = () => {
      clock.after(5, () => {
        table.fork(leader.pid, { pid: hidden, group: 4, session: 4 });
        table.remove(leader.pid);
      });
      return "live";
    };
    const receipt = await finish(tree.stop(ladder));
    expect(table.processes.has(hidden)).toBe(false);
    expect(receipt).toMatchObject({ found: 2, stopped: 2 });
  });

  it("sees who was forked during the look", async () => {
    const { table, tree, leader } = setUp();
    // The first read of the leader is before the look at what was allocated, the second within it.
    let reads = 0;
    table.onRead = (pid) => {
      if (pid === leader.pid && ++reads === 2) table.fork(leader.pid);
    };
    expect(await tree.members()).toHaveLength(2);
  });

  it("does not take a thread for a process", async () => {
    const { table, tree, leader } = setUp();
    leader.threads = 2;
    table.fork(leader.pid, { threadOf: leader.pid, threads: 2 });
    expect((await tree.members()).map(({ pid }) => pid)).toEqual([leader.pid]);
  });

  it("finds a child by a parent that has the larger number", async () => {
    const { table, clock, trees } = setUp();
    const free = { low: 1n, high: 2n };
    const leader = table.fork(1, { limits: free, cookie: "e" });
    const own = { limits: free, cookie: null, group: 8, session: 8 };
    const parent = table.fork(leader.pid, { ...own, pid: 900 });
    table.fork(parent.pid, { ...own, pid: 800 });
    table.fork(800, { ...own, pid: 700 });
    const tree = trees.createTree(leader, { cookie: "e", limits: null }, new Promise(() => {}));
    clock.advance(60_000);
    expect((await tree.members()).map(({ pid }) => pid)).toEqual([leader.pid, 700, 800, 900]);
  });

  it("says that it is not complete when pids are allocated faster than it can look", async () => {
    const { table, clock, tree, finish } = setUp();
    table.onRead = () => {
      table.allocate(1);
      clock.advance(1);
    };
    expect(await finish(tree.stop(ladder))).toMatchObject({ complete: false });
  });

  it("finds a child by its parent when its group, session and environment are its own and there are no limits", async () => {
    const { table, trees, finish } = setUp();
    const free = { low: 1n, high: 2n };
    const leader = table.fork(1, { limits: free, cookie: "e" });
    const child = table.fork(leader.pid, { group: 8, session: 8, cookie: null });
    const grandchild = table.fork(child.pid, { group: 8, session: 8, cookie: null });
    const tree = trees.createTree(leader, { cookie: "e", limits: null }, new Promise(() => {}));
    expect(tree.coverage).toBe("group");
    expect((await tree.members()).map(({ pid }) => pid)).toEqual([leader.pid, child.pid, grandchild.pid]);
    expect(await finish(tree.stop(ladder))).toMatchObject({ found: 3, stopped: 3, coverage: "group" });
  });

  it("forgets the group when it was seen empty: the number is anybody's then", async () => {
    const { table, clock, tree, leader, finish, endLeader } = setUp();
    const escaped = table.fork(leader.pid, { group: 5, session: 5 });
    clock.advance(60_000);
    await endLeader();
    await finish(tree.members());
    const other = table.fork(1, { group: leader.pid, session: leader.pid });
    await finish(tree.stop(ladder));
    expect(table.processes.has(escaped.pid)).toBe(false);
    expect(table.processes.has(other.pid)).toBe(true);
  });

  it("drops to group coverage when a process will not say its limits", async () => {
    const { table, tree, finish } = setUp();
    table.fork(1, { limits: "unreadable", cookie: "unreadable" });
    expect(await finish(tree.stop(ladder))).toMatchObject({ coverage: "group", found: 1 });
  });
});

describe("the other verbs", () => {
  it("keep reports everybody and signals nobody", async () => {
    const { table, tree, leader } = setUp();
    table.fork(leader.pid);
    const receipt = await tree.keep();
    expect(receipt.survivors.map(({ reason }) => reason)).toEqual(["kept", "kept"]);
    expect(receipt).toMatchObject({ found: 2, stopped: 0 });
    expect(table.sent).toEqual([]);
  });

  it("signal reaches every member once", async () => {
    const { table, tree, leader } = setUp();
    leader.onSignal = () => "live";
    const child = table.fork(leader.pid, { onSignal: () => "not_permitted" });
    expect((await tree.signal("SIGINT")).map(({ pid }) => pid)).toEqual([leader.pid]);
    expect(table.sent).toEqual([{ pid: leader.pid, signal: "SIGINT" }]);
    expect(child.pid).toBeGreaterThan(0);
  });

  it("sweepMark ends what carries the mark, without a leader", async () => {
    const { table, trees, leader, finish } = setUp();
    const other = table.fork(1, { group: leader.pid });
    table.remove(leader.pid);
    const orphan = table.fork(1, { limits, cookie: null });
    const receipt = await finish(trees.sweepMark(mark, { signal: "SIGKILL", graceMs: 0, deadlineMs: 500 }));
    expect(receipt.processes).toEqual([{ pid: orphan.pid, name: orphan.name, signals: ["SIGKILL"] }]);
    expect(table.processes.has(other.pid)).toBe(true);
  });

  it("lists at most a hundred processes, and counts all", async () => {
    const { table, tree, leader, finish } = setUp();
    for (let i = 0; i < 150; i++) table.fork(leader.pid);
    const receipt = await finish(tree.stop(ladder));
    expect([receipt.found, receipt.stopped, receipt.processes.length]).toEqual([151, 151, 100]);
  });
});
