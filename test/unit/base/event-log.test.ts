import { describe, expect, it } from "vitest";
import { EventLog } from "../../../src/base/event-log.ts";

interface Fact {
  readonly what: string;
}

async function take(events: AsyncGenerator<Fact & { sequence: number }>, count: number): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < count; i++) {
    const { value } = await events.next();
    if (value !== undefined) seen.push(`${value.sequence} ${value.what}`);
  }
  return seen;
}

describe("the event log", () => {
  it("tells a watcher what comes from now on, in order", async () => {
    const log = new EventLog<Fact>();
    log.append({ what: "before" });
    const events = log.events();
    log.append({ what: "a" });
    log.append({ what: "b" });
    expect(await take(events, 2)).toEqual(["2 a", "3 b"]);
  });

  it("wakes a watcher that waits", async () => {
    const log = new EventLog<Fact>();
    const next = log.events().next();
    log.append({ what: "a" });
    expect((await next).value).toEqual({ what: "a", sequence: 1 });
  });

  it("goes back as far as it can, and shows the gap in the sequence", async () => {
    const log = new EventLog<Fact>(2);
    for (const what of ["a", "b", "c", "d"]) log.append({ what });
    expect(await take(log.events(1), 2)).toEqual(["3 c", "4 d"]);
  });

  it("ends every watcher when it is closed, after what was appended", async () => {
    const log = new EventLog<Fact>();
    const waiting = log.events();
    const next = waiting.next();
    const behind = log.events(1);
    log.append({ what: "a" });
    log.close();
    log.append({ what: "late" });
    expect((await next).value).toMatchObject({ what: "a" });
    expect((await waiting.next()).done).toBe(true);
    expect(await take(behind, 2)).toEqual(["1 a"]);
  });
});
