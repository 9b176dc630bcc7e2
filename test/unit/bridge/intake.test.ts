/** Lines wait their turn while answers pile up, within a bound; what ends something does not wait. */
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { Intake } from "../../../src/bridge/intake.ts";
import { LineWriter } from "../../../src/rpc/line-writer.ts";
import type { Line } from "../../../src/rpc/lines.ts";
import { turn } from "../../support/fake-engine.ts";

/** Nothing is read until `read`. Full with more than 100 bytes. */
function stuckClient({ maxWaiting = 10_000 } = {}) {
  const held: (() => void)[] = [];
  const output = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, callback) => void held.push(callback) });
  const writer = new LineWriter(output, { crowdedBytes: 10, fullBytes: 100 });
  const taken: string[] = [];
  const ahead: string[] = [];
  const intake = new Intake({
    writer,
    maxWaiting,
    take: (line) => void taken.push(textOf(line)),
    takeAhead(text) {
      if (text.startsWith("cancel")) ahead.push(text);
      return text.startsWith("cancel");
    },
  });
  const read = async (lines: number): Promise<void> => {
    for (let left = lines; left > 0; left--) {
      held.shift()?.();
      await turn();
    }
  };
  const line = (text: string): Promise<void> => intake.line({ kind: "line", text });
  return { output, writer, intake, taken, ahead, read, line };
}

const textOf = (line: Line): string => (line.kind === "line" ? line.text : line.kind);
const answer = "x".repeat(60);

async function isPending(promise: Promise<void>): Promise<boolean> {
  const other = Symbol("pending");
  await turn();
  return (await Promise.race([promise, Promise.resolve(other)])) === other;
}

describe("while answers wait", () => {
  it("requests wait in their order, and go on when the client reads", async () => {
    const { writer, taken, ahead, read, line, intake } = stuckClient();
    await line("one");
    for (let i = 0; i < 4; i++) writer.send(answer);
    await line("two");
    await line("cancel what runs");
    await intake.line({ kind: "too_long" });
    await line("three");
    expect(taken).toEqual(["one"]);
    expect(ahead).toEqual(["cancel what runs"]);
    await read(4);
    await turn();
    expect(taken).toEqual(["one", "two", "too_long", "three"]);
    await line("cancel in its turn");
    expect(taken.at(-1)).toBe("cancel in its turn");
  });

  it("no more is read than the bound, whatever it is", async () => {
    const { writer, taken, read, line } = stuckClient({ maxWaiting: 1_000 });
    for (let i = 0; i < 4; i++) writer.send(answer);
    await line("x".repeat(850));
    const beyond = line("short, but each costs something");
    expect(await isPending(beyond)).toBe(true);
    await read(4);
    await beyond;
    await turn();
    expect(taken).toHaveLength(2);
  });

  it("even what overtakes waits, when its answers are too many themselves", async () => {
    const { writer, ahead, line } = stuckClient();
    for (let i = 0; i < 4; i++) writer.send(answer);
    await line("cancel 1");
    for (let i = 0; i < 4; i++) writer.send(answer);
    await line("cancel 2");
    expect(ahead).toEqual(["cancel 1"]);
  });

  it("the end of the input begins what waits", async () => {
    const { writer, taken, intake, line } = stuckClient();
    for (let i = 0; i < 4; i++) writer.send(answer);
    await line("one");
    await line("two");
    intake.end();
    expect(taken).toEqual(["one", "two"]);
  });

  it("a client that is gone is waited for no longer", async () => {
    const { writer, taken, output, line } = stuckClient({ maxWaiting: 10 });
    for (let i = 0; i < 4; i++) writer.send(answer);
    const waiting = line("one");
    expect(await isPending(waiting)).toBe(true);
    output.destroy();
    await waiting;
    expect(taken).toEqual([]);
  });
});
