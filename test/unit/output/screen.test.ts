import { EventEmitter } from "node:events";
import { afterAll, describe, expect, it } from "vitest";
import { drawsOnScreen, Screens, screenBytes } from "../../../src/output/screen.ts";
import type { Thread } from "../../../src/output/screen-thread.ts";
import { eventually } from "../../support/eventually.ts";

const screens = new Screens({ timeoutMs: 20_000 });
afterAll(() => screens.close());
const size = { cols: 20, rows: 5 };
const render = (text: string | Uint8Array, at = size) => screens.render(Buffer.from(text as string), at);

describe("what is on the screen", () => {
  it.each([
    ["nothing", "", ""],
    ["lines, without colours", "\x1b[31mred\x1b[0m\r\nplain\r\n", "red\nplain"],
    ["a progress bar, as it stands", "10%\r50%\r100% done\r\n", "100% done"],
    ["what was drawn over", "abc\rx\x1b[3;5Hthere\x1b[1;1HX", "Xbc\n\n    there"],
    ["the last lines of many", "1\r\n2\r\n3\r\n4\r\n5\r\n6\r\n7", "3\n4\n5\n6\n7"],
    [
      "a long line in one piece",
      "a line that is longer than the terminal\r\n$ ",
      "a line that is longer than the terminal\n$",
    ],
    ["the alternate screen", "shell\r\n\x1b[?1049h\x1b[Heditor", "editor"],
    ["the main screen after it", "shell\r\n\x1b[?1049h\x1b[Heditor\x1b[?1049l", "shell"],
    ["what was left after a clear", "before\x1b[2J\x1b[Hafter", "after"],
    ["wide characters", "日本語\r\né", "日本語\né"],
  ])("%s", async (_, printed, expected) => expect(await render(printed)).toBe(expected));

  it("comes from the end of much output", async () => {
    const much = `${"x".repeat(19)}\r\n`.repeat(screenBytes / 10);
    expect(await render(`${much}last`)).toMatch(/^(x{19}\n){4}last$/);
  });

  it("of several that are asked for at once", async () => {
    expect(await Promise.all(["a", "b", "c"].map((text) => render(text)))).toEqual(["a", "b", "c"]);
  });

  it("is no screen where there is no emulator", async () => {
    const without = new Screens({ find: () => null });
    expect(without.available).toBe(false);
    expect(await without.render(Buffer.from("x"), size)).toBe(null);
    expect(await new Screens({ find: () => "file:///no/such/emulator.js" }).render(Buffer.from("x"), size)).toBe(null);
  });

  it("is no screen when it takes too long, and the host goes on meanwhile", async () => {
    const hostile = Buffer.from("x\x1b[99999b".repeat(30_000));
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
    }, 10);
    const bounded = new Screens({ timeoutMs: 500 });
    expect(await bounded.render(hostile, { cols: 1_000, rows: 1_000 })).toBe(null);
    clearInterval(turning);
    expect(turns).toBeGreaterThan(3);
  });
});

/** A thread that answers as the test says, and counts what is made, kept and ended. */
function fakeThreads(answer: (thread: EventEmitter) => void) {
  const seen = { made: 0, held: 0, ended: 0 };
  const spawn = (): Thread => {
    seen.made += 1;
    const thread = new EventEmitter();
    return Object.assign(thread, {
      postMessage: () => void setImmediate(() => answer(thread)),
      ref: () => void seen.held++,
      unref: () => void seen.held--,
      terminate: async () => {
        seen.ended += 1;
        return 0;
      },
    }) as unknown as Thread;
  };
  return { seen, spawn };
}

const find = () => "file:///emulator.js";
const shown = (thread: EventEmitter) => void thread.emit("message", "shown");

describe("the thread", () => {
  it("that cannot be made is no screen, and the next one is tried again", async () => {
    const { spawn } = fakeThreads(shown);
    let tries = 0;
    const out = new Screens({
      find,
      spawn: () => {
        tries += 1;
        if (tries < 3) throw Object.assign(new Error("no thread"), { code: "ERR_WORKER_INIT_FAILED" });
        return spawn();
      },
    });
    const texts = await Promise.all([1, 2, 3].map(() => out.render(Buffer.from("x"), size)));
    expect(texts).toEqual([null, null, "shown"]);
    await out.close();
  });

  it.each(["error", "exit"])(
    "that says %s instead of an answer is no screen, and is not asked again",
    async (event) => {
      const { seen, spawn } = fakeThreads((thread) =>
        seen.made === 1 ? thread.emit(event, new Error("ERR_WORKER_OUT_OF_MEMORY")) : shown(thread),
      );
      const out = new Screens({ find, spawn, timeoutMs: 60_000 });
      expect(await out.render(Buffer.from("x"), size)).toBe(null);
      expect(await out.render(Buffer.from("x"), size)).toBe("shown");
      expect(seen.made).toBe(2);
      await out.close();
    },
  );

  it("is kept from one screen to the next, holds nobody up meanwhile, and ends when nobody asks", async () => {
    const { seen, spawn } = fakeThreads(shown);
    const out = new Screens({ find, spawn, idleMs: 100 });
    for (let round = 0; round < 3; round++) await out.render(Buffer.from("x"), size);
    expect(seen).toEqual({ made: 1, held: 0, ended: 0 });
    await eventually(() => seen.ended === 1);
    expect(await out.render(Buffer.from("x"), size)).toBe("shown");
    expect(seen.made).toBe(2);
    await out.close();
    expect(seen.ended).toBe(2);
  });

  it("ends with whoever had it: what is under way and what waits have no screen", async () => {
    const { seen, spawn } = fakeThreads(() => undefined);
    const out = new Screens({ find, spawn });
    const under = [1, 2].map(() => out.render(Buffer.from("x"), size));
    await eventually(() => seen.made === 1);
    await out.close();
    expect(await Promise.all(under)).toEqual([null, null]);
    expect(await out.render(Buffer.from("x"), size)).toBe(null);
    expect(seen.made).toBe(1);
  });
});

describe("whether a program moves about on it", () => {
  it.each([
    ["colours and lines", "\x1b[1;31mred\x1b[0m\r\n\x1b[K\x1b[?2004h$ ", false],
    ["a progress bar", "10%\r20%\r", false],
    ["an editor", "\x1b[?1049h\x1b[1;1H", true],
    ["a redrawn list", "one\ntwo\x1b[2A", true],
    ["a clear", "\x1b[H\x1b[2J", true],
  ])("%s", (_, printed, expected) => expect(drawsOnScreen(printed)).toBe(expected));
});
