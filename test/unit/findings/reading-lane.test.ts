import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDiagnostics } from "../../../src/findings/read-diagnostics.ts";
import { readTests } from "../../../src/findings/read-tests.ts";
import { ReadingLane } from "../../../src/findings/reading-lane.ts";
import { ReadingTime } from "../../../src/findings/reading-time.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const settled = async (): Promise<void> => {
  for (let count = 0; count < 5; count++) await Promise.resolve();
};

describe("ReadingLane", () => {
  it("has places for a few; the others come in their order", async () => {
    const lane = new ReadingLane();
    const places = await Promise.all([1, 2, 3, 4].map(() => lane.enter()));
    const came: number[] = [];
    const waiting = [5, 6].map((name) => lane.enter().finally(() => void came.push(name)));
    await settled();
    expect(came).toEqual([]);
    places[2]?.[Symbol.dispose]();
    await settled();
    expect(came).toEqual([5]);
    places[0]?.[Symbol.dispose]();
    (await waiting[0])?.[Symbol.dispose]();
    (await waiting[1])?.[Symbol.dispose]();
    expect(came).toEqual([5, 6]);
    for (const place of [places[1], places[3]]) place?.[Symbol.dispose]();
    // All places are there again, and no more than there were.
    await Promise.all([1, 2, 3, 4].map(() => lane.enter()));
    const fifth = lane.enter().then(() => came.push(5));
    await settled();
    expect(came).toEqual([5, 6]);
    void fifth;
  });

  it("holds nobody back who is in a hurry", async () => {
    const lane = new ReadingLane();
    const places = await Promise.all([1, 2, 3, 4].map(() => lane.enter()));
    const hurry = new AbortController();
    const waiting = lane.enter(hurry.signal);
    hurry.abort();
    (await waiting)[Symbol.dispose]();
    (await lane.enter(AbortSignal.abort()))[Symbol.dispose]();
    // They had no place, so they give none back.
    let came = false;
    void lane.enter().then(() => {
      came = true;
    });
    await settled();
    expect(came).toBe(false);
    places[0]?.[Symbol.dispose]();
    await settled();
    expect(came).toBe(true);
  });
});

describe("ReadingTime", () => {
  const until = (time: ReadingTime, clock: ReturnType<typeof fakeClock>): number => {
    const from = clock.monotonic();
    while (!time.isOver) clock.advance(50);
    return clock.monotonic() - from;
  };

  it("is over after the deadline, and soon when the end is asked for", () => {
    const clock = fakeClock();
    expect(until(new ReadingTime({ clock }), clock)).toBe(30_000);
    const hurry = new AbortController();
    const time = new ReadingTime({ clock, hurry: hurry.signal });
    clock.advance(10_000);
    expect(time.isOver).toBe(false);
    hurry.abort();
    expect(until(time, clock)).toBe(500);
    expect(time.reason).toBe("given up early: the end was asked for");
  });

  it("does not count the time in which others have their turn", async () => {
    const clock = fakeClock();
    const pace = { isOver: true, turn: async (): Promise<void> => void clock.advance(20_000) };
    const time = new ReadingTime({ clock, deadlineMs: 1_000 }, pace);
    for (let count = 0; count < 5; count++) await time.turn();
    expect(time.isOver).toBe(false);
    expect(until(time, clock)).toBe(1_000);
    expect(time.reason).toBe("given up after 1 s");
  });
});

describe("many readings at once", () => {
  let directory = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "longhand-lane-"));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  const output = (): string => {
    const path = join(directory, "stdout.txt");
    writeFileSync(path, `running 9 tests\n${"test some_module::some_case ... ok\n".repeat(10_000)}`);
    return path;
  };

  it("are all complete, and the event loop comes round", { timeout: 120_000 }, async () => {
    const stdout = output();
    const lane = new ReadingLane();
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const inspection = { kind: "tests", format: "auto", reportPath: null } as const;
    const found = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const own = mkdtempSync(join(directory, "run-"));
        return await readTests({ inspection, stdout, stderr: null, directory: own, lane });
      }),
    );
    delays.disable();
    for (const findings of found) expect(findings).toMatchObject({ complete: true, summary: { passed: 10_000 } });
    // A slice is 5 ms. Each with slices of its own, twenty would make it 160; the half, as the machine may be busy.
    expect(delays.percentile(50) / 1e6).toBeLessThan(80);
  });

  it("say what they have when the end is asked for, and that it is not all", async () => {
    const clock = fakeClock();
    const monotonic = (): number => {
      clock.advance(100);
      return clock.monotonic();
    };
    const options = { stdout: output(), stderr: null, clock: { ...clock, monotonic }, hurry: AbortSignal.abort() };
    const inspection = { kind: "tests", format: "auto", reportPath: null } as const;
    const tests = await readTests({ ...options, inspection, directory });
    expect(tests).toMatchObject({ complete: false, problem: expect.stringContaining("the end was asked for") });
    expect(tests.summary?.passed).toBeGreaterThan(0);
    const build = await readDiagnostics({ ...options, inspection: { kind: "build", format: "auto" } });
    expect(build).toMatchObject({ complete: false });
  });
});
