import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { contains, type Interval, overlaps, topRange } from "../../../src/process/interval.ts";
import type { Mark } from "../../../src/process/mark.ts";
import { limitWrappers } from "../../../src/process/mark-limits.ts";
import { createMarks } from "../../../src/process/marks.ts";
import { procfsTable } from "../../../src/process/process-table.ts";
import { createTrees, sweepMark } from "../../../src/process/process-tree.ts";
import { parseLimits, readLimits, unlimited } from "../../../src/process/procfs.ts";
import { eventually } from "../../support/eventually.ts";
import { startMarked } from "../../support/marked-child.ts";
import { fixture, pidFrom, readIfThere, scratch } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const ladder = { signal: "SIGTERM", graceMs: 500, deadlineMs: 2_000 } as const;
const intervalOf = ({ limits }: Mark): Interval => ({
  low: BigInt(limits?.soft ?? 0),
  high: BigInt(limits?.hard ?? 0),
});

describe("marks", () => {
  it("are in force in the command, and no two touch", async () => {
    const marks = createMarks();
    const trees = createTrees();
    const one = await startMarked(["sleep", "300"], marks, trees);
    const two = await startMarked(["sleep", "300"], marks, trees);
    await eventually(() => contains(topRange, readLimits(one.leader.pid) as Interval));
    expect(readLimits(one.leader.pid)).toEqual(intervalOf(one.mark));
    expect(overlaps(intervalOf(one.mark), intervalOf(two.mark))).toBe(false);
    expect(one.mark.cookie).not.toBe(two.mark.cookie);
    expect(JSON.parse(JSON.stringify(one.mark))).toEqual(one.mark);
    await one.tree.stop(ladder);
    expect(isAlive(two.leader.pid)).toBe(true);
    await two.tree.stop(ladder);
  });

  it("of two runtimes side by side do not see each other", async () => {
    const trees = createTrees();
    const one = await startMarked(["sleep", "300"], createMarks(), trees);
    const two = await startMarked(["sleep", "300"], createMarks(), createTrees());
    await sweepMark(one.mark, ladder);
    expect([isAlive(one.leader.pid), isAlive(two.leader.pid)]).toEqual([false, true]);
    await two.tree.stop(ladder);
  });

  it("nest: the inner tree ends alone, the outer one with everything inside", async () => {
    using dir = scratch();
    const trees = createTrees();
    const outer = await startMarked([process.execPath, fixture("inner-runtime.ts"), dir.path], createMarks(), trees);
    const inner = await eventually(() => JSON.parse(readIfThere(`${dir.path}/inner`) || "null") as InnerReport | null, {
      timeoutMs: 10_000,
    });
    const [first, second] = [inner[0], inner[1]];
    for (const { mark } of inner) {
      expect(contains(intervalOf(outer.mark), intervalOf(mark))).toBe(true);
      expect(mark.cookie.startsWith(`${outer.mark.cookie}/`)).toBe(true);
    }
    await trees.sweepMark(first.mark, ladder);
    expect([first.pid, second.pid, outer.leader.pid].map(isAlive)).toEqual([false, true, true]);
    expect(await outer.tree.stop(ladder)).toMatchObject({ found: 2, stopped: 2, coverage: "marked" });
    expect([second.pid, outer.leader.pid].map(isAlive)).toEqual([false, false]);
  });

  it("draw again when a live process already has limits there", async () => {
    const first = await startMarked(["sleep", "300"], createMarks(), createTrees());
    await eventually(() => contains(topRange, readLimits(first.leader.pid) as Interval));
    const slots = 2 ** 22;
    const taken = Number(
      (intervalOf(first.mark).low - topRange.low) / ((topRange.high - topRange.low + 1n) / BigInt(slots)),
    );
    const draws = [taken, taken, (taken + 1) % slots];
    const random = (bound: number): number => (bound === slots ? (draws.shift() ?? expect.fail("drew once more")) : 0);
    const second = await createMarks({ random }).newMark("hto-x");
    expect(draws).toEqual([]);
    expect(overlaps(intervalOf(first.mark), intervalOf(second))).toBe(false);
    await first.tree.stop(ladder);
  });

  it("are taken by bash where there is no prlimit, without its start-up files", async () => {
    using dir = scratch();
    writeFileSync(`${dir.path}/rc`, `echo read > ${dir.path}/was-read`);
    const bash = limitWrappers((name) => (name === "bash" ? "/bin/bash" : null));
    const [wrapper] = bash;
    const limits = { low: topRange.low + 3n, high: topRange.high - 5n };
    const [file = "", ...args] = wrapper?.({ soft: `${limits.low}`, hard: `${limits.high}` }) ?? [];
    const env = { BASH_ENV: `${dir.path}/rc`, ENV: `${dir.path}/rc` };
    const stdout = execFileSync(file, [...args, "cat", "/proc/self/limits"], { env, encoding: "utf8" });
    expect(bash).toHaveLength(1);
    expect(parseLimits(stdout)).toEqual(limits);
    expect(readIfThere(`${dir.path}/was-read`)).toBe("");
  });

  it("reserve what is live, and give a released slot again", async () => {
    // The smallest that is divided: 256 handles for each runtime.
    const own = { low: topRange.low, high: topRange.low + 2n ** 24n - 1n };
    const table = { ...procfsTable, limits: () => own };
    const marks = createMarks({
      table,
      findWrapper:
        async () =>
        ({ soft, hard }) => ["true", soft, hard],
    });
    const taken = await Promise.all(Array.from({ length: 256 }, () => marks.newMark("hto-x")));
    expect(new Set(taken.map(({ limits }) => limits?.soft)).size).toBe(256);
    const beyond = await marks.newMark("hto-x");
    expect(beyond.limits).toBeNull();
    expect(marks.wrap(["ls"], beyond)).toEqual(["ls"]);
    const [freed] = taken;
    if (freed !== undefined) marks.release(freed);
    expect((await marks.newMark("hto-x")).limits).toEqual(freed?.limits);
  });
});

describe("without limits the command runs, and coverage says so", () => {
  it.each([
    ["the probe fails", { findWrapper: async () => null }],
    ["the host has a foreign limit", { table: { ...procfsTable, limits: () => ({ low: 5n, high: unlimited }) } }],
    [
      "there is no room left",
      { table: { ...procfsTable, limits: () => ({ low: topRange.low, high: topRange.low + 7n }) } },
    ],
    ["asked for the environment alone", { marks: "environment" as const }],
  ])("%s", async (_, options) => {
    using dir = scratch();
    const child = await startMarked(["sh", fixture("escapees.sh"), dir.path], createMarks(options), createTrees());
    expect(child.mark.limits).toBeNull();
    expect(child.tree.coverage).toBe("group");
    const names = ["background", "group", "session", "daemon", "leader"];
    const pids = await Promise.all(names.map((name) => pidFrom(`${dir.path}/${name}`)));
    const emptied = await pidFrom(`${dir.path}/emptied`);
    const receipt = await child.tree.stop(ladder);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(receipt.coverage).toBe("group");
    // Out of reach without the limits: the reason that they exist.
    expect(isAlive(emptied)).toBe(true);
    process.kill(emptied, "SIGKILL");
  });
});

type InnerReport = readonly [Inner, Inner];
interface Inner {
  readonly pid: number;
  readonly mark: Mark;
}
