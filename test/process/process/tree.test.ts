import { readdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createMarks } from "../../../src/process/marks.ts";
import { procfsTable } from "../../../src/process/process-table.ts";
import { createTrees } from "../../../src/process/process-tree.ts";
import { signalProcess } from "../../../src/process/signal.ts";
import { eventually } from "../../support/eventually.ts";
import { startMarked } from "../../support/marked-child.ts";
import { fixture, pidFrom, processesNaming, readIfThere, scratch } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const marks = createMarks();
const trees = createTrees();
const ladder = { signal: "SIGTERM", graceMs: 1_000, deadlineMs: 2_000 } as const;
const start = (argv: readonly string[]) => startMarked(argv, marks, trees);

describe("five ways out of a tree", () => {
  const names = ["background", "group", "session", "daemon", "emptied", "leader"];

  it("end with it, and the receipt agrees with who was there", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("escapees.sh"), dir.path]);
    const pids = await Promise.all(names.map((name) => pidFrom(`${dir.path}/${name}`)));
    expect(pids.filter(isAlive)).toEqual(pids);
    const members = await child.tree.members();
    expect(members.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    expect(members.find(({ pid }) => pid === child.leader.pid)).toMatchObject({
      uid: process.getuid?.(),
      state: expect.stringMatching(/^[RSD]$/),
    });
    await eventually(async () => (await child.tree.members()).length === pids.length);

    const receipt = await child.tree.stop(ladder);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(receipt.processes.map(({ pid }) => pid).sort()).toEqual([...pids].sort());
    expect(new Set(receipt.processes.flatMap(({ signals }) => signals))).toEqual(new Set(["SIGTERM"]));
    expect(receipt).toMatchObject({ found: 6, stopped: 6, survivors: [], coverage: "marked", complete: true });
    expect(await child.exited).toEqual({ code: null, signal: "SIGTERM" });
  });

  it("are still there for a tree that is stopped after its leader ended", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("escapees.sh"), dir.path]);
    const pids = await Promise.all(names.map((name) => pidFrom(`${dir.path}/${name}`)));
    process.kill(child.leader.pid, "SIGKILL");
    await child.exited;
    expect(child.tree.mayHaveDescendants()).toBe(true);
    const receipt = await child.tree.stop(ladder);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(receipt.stopped).toBe(5);
  });

  it("end by the mark alone, when nobody knows the leader", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("escapees.sh"), dir.path]);
    const pids = await Promise.all(names.map((name) => pidFrom(`${dir.path}/${name}`)));
    const receipt = await trees.sweepMark(child.mark, { signal: "SIGKILL", graceMs: 0, deadlineMs: 2_000 });
    expect(pids.filter(isAlive)).toEqual([]);
    expect(receipt.survivors).toEqual([]);
  });

  it("can be kept: reported and not signalled", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("escapees.sh"), dir.path]);
    const pids = await Promise.all(names.map((name) => pidFrom(`${dir.path}/${name}`)));
    const kept = await child.tree.keep();
    expect(kept.survivors.map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
    expect(new Set(kept.survivors.map(({ reason }) => reason))).toEqual(new Set(["kept"]));
    expect(pids.filter(isAlive)).toEqual(pids);
    await child.tree.stop(ladder);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

describe("a process that forks and exits for ever", () => {
  it.each([["plain"], ["clean"], ["clean", "deaf"]])("is caught: %s %s", async (...kind) => {
    using dir = scratch();
    const child = await start(["sh", fixture("fork-forever.sh"), dir.path, ...kind]);
    const first = await pidFrom(`${dir.path}/last`);
    await eventually(() => Number(readIfThere(`${dir.path}/last`)) > first);
    await child.exited;
    const receipt = await child.tree.stop({ ...ladder, graceMs: 200 });
    const last = readIfThere(`${dir.path}/last`);
    expect(processesNaming(dir.path)).toEqual([]);
    expect(receipt).toMatchObject({ survivors: [], complete: true });
    expect(receipt.found).toBeGreaterThan(0);
    // A generation takes 2 ms: one that was overlooked would have written its pid by now.
    const until = performance.now() + 50;
    await eventually(() => performance.now() > until);
    expect(readIfThere(`${dir.path}/last`)).toBe(last);
  });
});

describe("difficult members", () => {
  it("a tree that ignores SIGTERM is killed after the grace", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("sleepers.sh"), dir.path, "5", "deaf"]);
    await pidFrom(`${dir.path}/ready`);
    const startedAt = performance.now();
    const receipt = await child.tree.stop({ ...ladder, graceMs: 150 });
    expect(performance.now() - startedAt).toBeGreaterThan(150);
    expect(receipt.processes.find(({ pid }) => pid === child.leader.pid)?.signals).toEqual(["SIGTERM", "SIGKILL"]);
    expect(receipt.survivors).toEqual([]);
    expect(processesNaming(dir.path)).toEqual([]);
  });

  it("a stopped member gets to act on SIGTERM", async () => {
    using dir = scratch();
    const script = 'trap "echo said > $0/bye; exit" TERM; echo $$ > "$0/up"; while :; do sleep 0.01; done';
    const child = await start(["sh", "-c", script, dir.path]);
    const pid = await pidFrom(`${dir.path}/up`);
    process.kill(pid, "SIGSTOP");
    await eventually(async () =>
      (await child.tree.members()).some((member) => member.pid === pid && member.state === "T"),
    );
    const receipt = await child.tree.stop(ladder);
    expect(readIfThere(`${dir.path}/bye`)).toBe("said\n");
    expect(receipt.processes.find((entry) => entry.pid === pid)?.signals).toEqual(["SIGTERM"]);
  });

  it("a tree of 200 ends, and all are counted", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("sleepers.sh"), dir.path, "200"]);
    await pidFrom(`${dir.path}/ready`);
    const receipt = await child.tree.stop(ladder);
    expect(receipt.found).toBeGreaterThanOrEqual(200);
    expect(receipt.stopped).toBe(receipt.found);
    expect(receipt.processes).toHaveLength(100);
    expect(receipt.survivors).toEqual([]);
  });

  it("zombies are nobody", async () => {
    using dir = scratch();
    // The shell's children end when it has become a program that never reaps them; the shell itself might.
    const late = '(until [ -e "$0/go" ]; do sleep 0.01; done) &';
    const child = await start(["sh", "-c", `${late} ${late} echo $$ > "$0/up"; exec sleep 300`, dir.path]);
    const pid = await pidFrom(`${dir.path}/up`);
    await eventually(() => readIfThere(`/proc/${pid}/comm`) === "sleep\n");
    writeFileSync(`${dir.path}/go`, "");
    await eventually(() => zombiesOf(pid).length === 2);
    expect((await child.tree.members()).map((member) => member.pid)).toEqual([pid]);
    expect(await child.tree.stop(ladder)).toMatchObject({ found: 1, stopped: 1, survivors: [] });
  });

  it("a live process under the start time of another is left alone", async () => {
    const child = await start(["sleep", "300"]);
    const { pid, startTime } = child.leader;
    const context = { table: procfsTable, never: new Set<number>() };
    expect(signalProcess({ pid, startTime: `${Number(startTime) - 1}` }, "SIGKILL", context)).toBe("gone");
    const mark = { cookie: "of-nobody", limits: null };
    const impostor = trees.createTree({ pid, startTime: `${Number(startTime) - 1}` }, mark, child.exited);
    expect(await impostor.stop(ladder)).toMatchObject({ found: 0, survivors: [] });
    expect(isAlive(pid)).toBe(true);
    expect(await child.tree.stop(ladder)).toMatchObject({ stopped: 1 });
  });

  it("signal reaches everybody and ends nobody who does not mind it", async () => {
    using dir = scratch();
    const child = await start(["sh", fixture("sleepers.sh"), dir.path, "4"]);
    await pidFrom(`${dir.path}/ready`);
    const got = await child.tree.signal("SIGCONT");
    expect(got.length).toBeGreaterThanOrEqual(4);
    expect(got.every(({ pid }) => isAlive(pid))).toBe(true);
    await child.tree.stop(ladder);
  });
});

function zombiesOf(parent: number): readonly string[] {
  return readdirSync("/proc").filter((pid) => readIfThere(`/proc/${pid}/stat`).includes(`) Z ${parent} `));
}
