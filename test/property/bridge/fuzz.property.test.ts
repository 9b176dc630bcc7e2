/** Whatever bytes a client sends: each request is answered once, nothing is thrown, nothing of ours is changed, and nothing is left. */
import { describe, expect, it } from "vitest";
import { bridgeMethods } from "../../../src/bridge/index.ts";
import { fuzzBridge } from "../../support/fuzz/bridge-fuzz.ts";
import { fuzzedMethods } from "../../support/fuzz/messages.ts";

/** The whole million: `node test/fixtures/fuzz-bridge.ts`. */
const lines = Number(process.env["LONGHAND_FUZZ_LINES"] ?? 20_000);
const seed = Number(process.env["LONGHAND_FUZZ_SEED"] ?? Date.now() % 1_000_000);

function ownNames(): string[] {
  return [Object.prototype, Array.prototype, Function.prototype, String.prototype].flatMap((prototype) =>
    Reflect.ownKeys(prototype).map(String),
  );
}

describe("mutated lines", () => {
  it(`are answered as they should be, whatever they are (seed ${seed})`, { timeout: 300_000 }, async () => {
    const rejections: unknown[] = [];
    const onRejection = (reason: unknown): void => void rejections.push(reason);
    process.on("unhandledRejection", onRejection);
    const names = ownNames();
    const figures = await fuzzBridge({ seed, lines });
    process.off("unhandledRejection", onRejection);
    expect(rejections).toEqual([]);
    expect(ownNames()).toEqual(names);
    expect(figures.lines).toBe(lines);
    // The mutations leave enough that is carried out.
    expect(figures.results).toBeGreaterThan(lines / 20);
    expect(figures.answered - figures.results).toBeGreaterThan(lines / 5);
    expect(figures.logged).toBeGreaterThan(0);
  });

  it("are made of every method there is", () => {
    expect(fuzzedMethods).toEqual(expect.arrayContaining(bridgeMethods.map(({ name }) => name)));
  });
});
