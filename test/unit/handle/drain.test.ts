import { describe, expect, it } from "vitest";
import { afterExit, drain } from "../../../src/handle/drain.ts";
import type { OutputPipe } from "../../../src/process/child.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

function setUp(pipeCount = 1) {
  const clock = fakeClock();
  const state = { lastOutputAt: null as number | null };
  const pipes = Array.from({ length: pipeCount }, fakePipe);
  const abort = new AbortController();
  const options = { clock, bounds: afterExit, lastOutputAt: () => state.lastOutputAt, signal: abort.signal };
  let result: boolean | null = null;
  let endedAt = -1;
  const begin = () =>
    void drain(pipes, options).then((atEnd) => {
      result = atEnd;
      endedAt = clock.monotonic();
    });
  const print = () => {
    state.lastOutputAt = clock.monotonic();
  };
  const pass = async (ms: number) => {
    for (let i = 0; i < ms; i += 10) {
      clock.advance(10);
      await settle();
    }
  };
  return { begin, print, pass, pipes, abort, result: () => result, endedAt: () => endedAt };
}

function fakePipe() {
  const ended = Promise.withResolvers<void>();
  const held = { pause: () => {}, resume: () => {}, runOut: () => {}, unref: () => {} };
  const pipe = { ended: ended.promise, atEnd: false, destroy: () => {}, ...held };
  const end = async () => {
    pipe.atEnd = true;
    ended.resolve();
    await settle();
  };
  return Object.assign(pipe satisfies OutputPipe, { end });
}

const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

describe("the drain after an exit", () => {
  it("waits for nothing when nobody holds the pipe", async () => {
    const { begin, pipes, result } = setUp();
    await pipes[0]?.end();
    begin();
    await settle();
    expect(result()).toBe(true);
  });

  it("ends with the last writer of all pipes", async () => {
    const { begin, pass, pipes, result, endedAt } = setUp(2);
    begin();
    await pass(20);
    await pipes[0]?.end();
    expect(result()).toBeNull();
    await pipes[1]?.end();
    expect(result()).toBe(true);
    expect(endedAt()).toBe(20);
  });

  it("gives up after 100 ms of silence", async () => {
    const { begin, pass, result, endedAt } = setUp();
    begin();
    await pass(500);
    expect(result()).toBe(false);
    expect(endedAt()).toBe(100);
  });

  it("goes on as long as something comes, and no longer than 2 s", async () => {
    const { begin, print, pass, result, endedAt } = setUp();
    begin();
    for (let i = 0; i < 30; i++) {
      await pass(80);
      if (result() === null) print();
    }
    expect(result()).toBe(false);
    expect(endedAt()).toBe(2_000);
  });

  it("is re-armed by the last chunk", async () => {
    const { begin, print, pass, endedAt } = setUp();
    begin();
    await pass(90);
    print();
    await pass(300);
    expect(endedAt()).toBe(190);
  });

  it("ends at once when somebody is in a hurry, before or during", async () => {
    const before = setUp();
    before.abort.abort();
    before.begin();
    await settle();
    expect(before.result()).toBe(false);
    const during = setUp();
    during.begin();
    await during.pass(30);
    during.abort.abort();
    await settle();
    expect(during.endedAt()).toBe(30);
  });
});
