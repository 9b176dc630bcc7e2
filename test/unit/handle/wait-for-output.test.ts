import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { type WaitForOutputOptions, type WatchedOutput, watchOutput } from "../../../src/handle/wait-for-output.ts";
import { compilePattern } from "../../../src/output/output-pattern.ts";
import { SearchTurns } from "../../../src/output/search-turns.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { artifactsRoot } from "../../support/artifacts-root.ts";
import { eventually } from "../../support/eventually.ts";

/** Something that prints when a test says so, and counts how often it is looked at. */
function printer(more: Partial<WatchedOutput> = {}) {
  const artifacts = artifactsRoot();
  const directory = artifacts.directory();
  const clock = fakeClock();
  const at = { looks: 0, ended: false, followers: 0, wake: (): void => {} };
  const watched: WatchedOutput = {
    directory,
    searchTurns: new SearchTurns(),
    follow(wake) {
      at.wake = wake;
      at.followers++;
      return { [Symbol.dispose]: () => void at.followers-- };
    },
    hasEnded() {
      at.looks++;
      return at.ended;
    },
    pollMs: Number.POSITIVE_INFINITY,
    ...more,
  };
  const print = (text: string): void => {
    appendFileSync(join(directory, "stdout.txt"), text);
    at.wake();
  };
  const wait = (options: Partial<WaitForOutputOptions> = {}) =>
    watchOutput(watched, { clock, stream: "stdout", pattern: compilePattern("ready", { regex: false }), ...options });
  return { at, clock, print, wait, [Symbol.dispose]: () => artifacts[Symbol.dispose]() };
}

/** Lets what is under way come to rest. */
const settled = (probe: () => number) => {
  let last = -1;
  let same = 0;
  return eventually(() => {
    same = probe() === last ? same + 1 : 0;
    last = probe();
    return same > 10;
  });
};

describe("waiting for output", () => {
  it("an idle command is looked at when it prints", async () => {
    using on = printer();
    const waiting = on.wait();
    await settled(() => on.at.looks);
    on.clock.advance(1_000);
    on.print("ready");
    expect(await waiting).toMatchObject({ because: "matched", match: { start: 0 } });
    expect(on.at.followers).toBe(0);
  });

  it("a flood is looked at some thirty times a second, however many pieces it comes in", async () => {
    using on = printer();
    const waiting = on.wait();
    await settled(() => on.at.looks);
    on.clock.advance(1_000);
    for (let piece = 0; piece < 500; piece++) {
      on.print(".");
      if (piece % 5 === 0) await settledTurn();
    }
    await settled(() => on.at.looks);
    expect(on.at.looks).toBeLessThan(5);
    on.print("ready");
    on.clock.advance(40);
    expect(await waiting).toMatchObject({ because: "matched", match: { start: 500 } });
  });

  it("searches the rest of the output before it says that it has ended", async () => {
    using on = printer();
    const waiting = on.wait({ pattern: compilePattern("steady$", { regex: true }) });
    await settled(() => on.at.looks);
    on.at.ended = true;
    on.print("ready, steady");
    on.clock.advance(1_000);
    expect(await waiting).toMatchObject({ because: "matched", match: { start: 7 } });
    using again = printer();
    again.at.ended = true;
    again.print("not yet");
    expect(await again.wait()).toEqual({ because: "ended", resumeAt: 3 });
  });

  it("ends at its deadline, and at once when it is given up; 0 searches what is there", async () => {
    using on = printer();
    on.print("so far");
    const timed = on.wait({ ms: 100 });
    const controller = new AbortController();
    const given = on.wait({ signal: controller.signal });
    await settled(() => on.at.looks);
    controller.abort();
    expect(await given).toMatchObject({ because: "given_up" });
    on.clock.advance(100);
    expect(await timed).toEqual({ because: "timeout", resumeAt: 2 });
    expect(await on.wait({ signal: AbortSignal.abort() })).toMatchObject({ because: "given_up" });
    expect(await on.wait({ ms: 0 })).toMatchObject({ because: "timeout" });
    on.print("ready");
    expect(await on.wait({ ms: 0 })).toMatchObject({ because: "matched" });
    expect(on.at.followers).toBe(0);
  });

  it("where nobody wakes it, it looks again by itself", async () => {
    using on = printer({ follow: () => null, pollMs: 500 });
    const waiting = on.wait();
    await settled(() => on.at.looks);
    on.print("ready");
    await settled(() => on.at.looks);
    expect(on.at.looks).toBe(1);
    on.clock.advance(500);
    expect(await waiting).toMatchObject({ because: "matched" });
  });

  it("goes on when descriptors ran out, and fails when its output is gone", async () => {
    let failures = 3;
    const turns = new SearchTurns();
    const run = turns.run.bind(turns);
    turns.run = (step) => {
      if (failures-- > 0) throw new LonghandError("capacity", "no descriptor is left");
      return run(step);
    };
    using failing = printer({ searchTurns: turns });
    failing.print("ready");
    const waiting = failing.wait();
    await eventually(() => {
      failing.clock.advance(100);
      return failures < 0;
    });
    expect(await waiting).toMatchObject({ because: "matched" });
    using gone = printer({ directory: "/nonexistent" });
    await expect(gone.wait()).rejects.toMatchObject({ kind: "not_found" });
    expect(gone.at.followers).toBe(0);
  });
});

function settledTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
