import { describe, expect, it } from "vitest";
import { type Fed, feedInput } from "../../../src/handle/feed-input.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { turn } from "../../support/fake-engine.ts";

/** Of a command that never reads. */
const stuck = { isOpen: true, pendingBytes: 3, write: () => new Promise<boolean>(() => {}), end: () => undefined };

describe("feedInput", () => {
  it.each([
    ["who does not wait", 0, 250],
    ["who waits a little", 700, 700],
    ["who waits for long", 30_000, 2_000],
  ])("waits for a command that does not read as %s would", async (_, waitMs, expectedMs) => {
    const clock = fakeClock();
    let fed: Fed | null = null;
    const text = new TextEncoder().encode("abc");
    const { signal } = new AbortController();
    void feedInput(stuck, { text, eof: false }, { clock, signal, waitMs }).then((result) => {
      fed = result;
    });
    clock.advance(expectedMs - 1);
    await turn();
    expect(fed).toBeNull();
    clock.advance(1);
    await turn();
    expect(fed).toEqual({ written: 0, accepted: false, pendingBytes: 3 });
  });

  it("refuses a text for which no wait makes room, and one for which it may", async () => {
    const { signal } = new AbortController();
    const feed = (bytes: number) =>
      feedInput(stuck, { text: new Uint8Array(bytes), eof: false }, { clock: fakeClock(), signal, waitMs: 0 });
    await expect(feed(2 ** 20 + 1)).rejects.toMatchObject({ kind: "invalid_parameter", param: "text" });
    await expect(feed(2 ** 20)).rejects.toMatchObject({ kind: "capacity", param: "text" });
  });
});
