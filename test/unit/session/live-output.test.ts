import { describe, expect, it } from "vitest";
import { followOutput, type OutputUpdate } from "../../../src/session/live-output.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { artifactsRoot, recorderIn } from "../../support/artifacts-root.ts";

function setUp(viewer?: (update: OutputUpdate) => void) {
  const root = artifactsRoot();
  const clock = fakeClock();
  const recorder = recorderIn(root.directory());
  const seen: OutputUpdate[] = [];
  const following = followOutput(recorder, clock, viewer ?? ((update) => void seen.push(update)));
  const print = (text: string | Buffer, stream: "stdout" | "stderr" = "stdout") =>
    recorder.write(stream, Buffer.from(text));
  return { clock, seen, print, following, recorder, [Symbol.dispose]: () => root[Symbol.dispose]() };
}

describe("live output", () => {
  it("is coalesced to ten updates a second", () => {
    using at = setUp();
    for (let i = 0; i < 50; i++) {
      at.print("x");
      at.clock.advance(10);
    }
    expect(at.seen.length).toBeLessThanOrEqual(5);
    at.following[Symbol.dispose]();
    expect(at.seen.map(({ text }) => text).join("")).toBe("x".repeat(50));
    expect(at.seen.map(({ offset }) => offset)).toEqual([0, 10, 20, 30, 40].slice(0, at.seen.length));
  });

  it("keeps streams apart", () => {
    using at = setUp();
    at.print("out");
    at.print("err", "stderr");
    at.clock.advance(100);
    expect(at.seen).toEqual([
      { stream: "stdout", offset: 0, text: "out", skipped: 0 },
      { stream: "stderr", offset: 0, text: "err", skipped: 0 },
    ]);
  });

  it("shows the newest of too much, and says how much was skipped", () => {
    using at = setUp();
    for (let i = 0; i < 10; i++) at.print(`${i}`.repeat(10_000));
    at.clock.advance(100);
    const [update] = at.seen;
    expect(update).toMatchObject({ offset: 100_000 - 16_384, skipped: 100_000 - 16_384 });
    expect(update?.text).toHaveLength(16_384);
    expect(update?.text.endsWith("9".repeat(10_000))).toBe(true);
    at.print("next");
    at.clock.advance(100);
    expect(at.seen[1]).toEqual({ stream: "stdout", offset: 100_000, text: "next", skipped: 0 });
  });

  it("shows a code point that was cut by a pipe as one", () => {
    using at = setUp();
    const bytes = Buffer.from("é€😀");
    for (const byte of bytes) {
      at.print(Buffer.of(byte));
      at.clock.advance(100);
    }
    at.following[Symbol.dispose]();
    expect(at.seen.map(({ text }) => text).join("")).toBe("é€😀");
  });

  it("shows no halves of code points where something was skipped", () => {
    using at = setUp();
    at.print("€".repeat(10_000));
    at.clock.advance(100);
    const [update] = at.seen;
    expect(update?.text).toMatch(/^€+$/);
    expect(update?.offset).toBe(update?.skipped);
    expect(Number(update?.offset) % 3).toBe(0);
  });

  it("that begins late says what was printed before", () => {
    using at = setUp();
    at.following[Symbol.dispose]();
    at.print("early");
    const seen: OutputUpdate[] = [];
    using _late = followOutput(at.recorder, at.clock, (update) => void seen.push(update));
    at.print("late");
    at.clock.advance(100);
    expect(seen).toEqual([{ stream: "stdout", offset: 5, text: "late", skipped: 5 }]);
  });

  it("shows at the end what it had held back", () => {
    using at = setUp();
    at.print(Buffer.from("é").subarray(0, 1));
    at.following[Symbol.dispose]();
    expect(at.seen.map(({ text }) => text).join("")).toBe("\ufffd");
  });

  it("drops a viewer that throws, and the recorder goes on", () => {
    let calls = 0;
    using at = setUp(() => {
      calls += 1;
      throw new Error("broken terminal");
    });
    at.print("a");
    at.clock.advance(100);
    at.print("b");
    at.clock.advance(100);
    at.following[Symbol.dispose]();
    expect([calls, at.recorder.bytes("stdout")]).toEqual([1, 2]);
  });

  it("ends with its disposal, once", () => {
    using at = setUp();
    at.print("a");
    at.following[Symbol.dispose]();
    at.following[Symbol.dispose]();
    at.print("b");
    at.clock.advance(1_000);
    expect(at.seen.map(({ text }) => text)).toEqual(["a"]);
  });
});
