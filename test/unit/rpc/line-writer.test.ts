/** Order, back-pressure and a reader that is gone. */
import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { LineWriter } from "../../../src/rpc/line-writer.ts";
import { turn } from "../../support/fake-engine.ts";

/** A stream whose reader takes one write whenever the test says so. */
function slowReader() {
  const taken: string[] = [];
  const waiting: (() => void)[] = [];
  const output = new Writable({
    highWaterMark: 1,
    decodeStrings: false,
    write(chunk: string, _encoding, callback) {
      waiting.push(() => {
        taken.push(chunk);
        callback();
      });
    },
  });
  const take = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      waiting.shift()?.();
      await turn();
    }
  };
  return { output, taken, take };
}

describe("the line writer", () => {
  it("writes in order and tells when each line was taken", async () => {
    const { output, taken, take } = slowReader();
    const writer = new LineWriter(output);
    const sent: number[] = [];
    for (let i = 0; i < 5; i++) writer.send(`${i}`, () => sent.push(i));
    await take(2);
    expect({ taken, sent }).toEqual({ taken: ["0\n", "1\n"], sent: [0, 1] });
    await take(3);
    expect({ taken, sent }).toEqual({ taken: ["0\n", "1\n", "2\n", "3\n", "4\n"], sent: [0, 1, 2, 3, 4] });
    await writer.flushed();
  });

  it("refuses what may be lost while it is crowded, and keeps everything else", async () => {
    const { output, taken, take } = slowReader();
    const writer = new LineWriter(output, { crowdedBytes: 10 });
    writer.send("first");
    writer.send("0123456789");
    expect(writer.offer("live")).toBe(false);
    writer.send("answer");
    await take(3);
    expect(writer.offer("live again")).toBe(true);
    await take(1);
    expect(taken).toEqual(["first\n", "0123456789\n", "answer\n", "live again\n"]);
  });

  it("has room again once the reader went on", async () => {
    const { output, take } = slowReader();
    const writer = new LineWriter(output, { fullBytes: 10 });
    await writer.room();
    for (let i = 0; i < 3; i++) writer.send("0123456789");
    let room = false;
    void writer.room().then(() => {
      room = true;
    });
    await take(1);
    expect(room).toBe(false);
    await take(1);
    expect(room).toBe(true);
  });

  it("forgets everything when the reader is gone", async () => {
    const output = new PassThrough({ highWaterMark: 1 });
    const writer = new LineWriter(output, { fullBytes: 1 });
    writer.send("a");
    writer.send("never taken", () => expect.unreachable());
    output.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await Promise.all([writer.gone, writer.room(), writer.flushed()]);
    writer.send("nobody reads this", () => expect.unreachable());
    expect(writer.offer("nor this")).toBe(false);
  });
});
