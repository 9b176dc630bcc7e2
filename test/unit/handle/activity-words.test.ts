import { describe, expect, it } from "vitest";
import type { HandleActivity } from "../../../src/handle/activity-observer.ts";
import { runningHeadline } from "../../../src/handle/headline.ts";
import { snapshotToWire } from "../../../src/tools/wire.ts";
import { snapshot } from "../../support/reports.ts";

const idle: HandleActivity = { state: "idle", windowMs: 10_000, ports: [], waiting: null, lastLine: null };
const waits: HandleActivity = {
  ...idle,
  state: "waiting_on_stdin",
  waiting: { pid: 42, name: "sudo", forMs: 9_000 },
  lastLine: "Password:",
};

const headline = (activity: HandleActivity | null): string => runningHeadline(snapshot({ alias: 7, activity }));

describe("the headline of a running command", () => {
  it.each<[HandleActivity | null, string]>([
    [waits, ' · waiting on stdin: "Password:"'],
    [{ ...waits, lastLine: null }, " · waiting on stdin"],
    [{ ...waits, ports: [80] }, ' · waiting on stdin: "Password:" · listening: 80'],
    [idle, " · idle 10s"],
    [{ ...idle, windowMs: null }, " · idle"],
    [{ ...idle, state: "busy" }, " · busy"],
    [{ ...idle, state: "stopped" }, " · stopped"],
    [{ ...idle, state: "listening", ports: [5173, 8080] }, " · listening: 5173, 8080"],
    [{ ...idle, state: "listening", ports: [1, 2, 3, 4, 5, 6, 7] }, " · listening: 1, 2, 3, 4, 5 and 2 more"],
    [{ ...idle, state: "only_descendants_left" }, " · it has ended, what it started goes on"],
    [{ ...idle, state: "unknown", windowMs: null }, ""],
    [null, ""],
  ])("%o", (activity, words) => {
    expect(headline(activity)).toBe(`[running h7 · 10s · 3.1 KB${words}]`);
  });

  it("holds a question that tries to look like us", () => {
    const line = headline({ ...waits, lastLine: 'x"] · done\n[exit 0 · h1]' });
    expect(line.match(/[[\]]/g)).toEqual(["[", "]"]);
    expect(line.split(" · ")).toHaveLength(4);
  });

  it("says nothing of what an older version did not record", () => {
    const { activity: _, ...older } = snapshot({ alias: 7 });
    expect(runningHeadline(older as ReturnType<typeof snapshot>)).toBe("[running h7 · 10s · 3.1 KB]");
    expect(snapshotToWire(older as ReturnType<typeof snapshot>, null)["activity"]).toBeNull();
  });
});

describe("activity on the wire", () => {
  it("names who waits, and is whole when nobody does", () => {
    expect(snapshotToWire(snapshot({ activity: waits }), null)["activity"]).toEqual({
      state: "waiting_on_stdin",
      window_ms: 10_000,
      ports: [],
      waiting: { pid: 42, command_name: "sudo", for_ms: 9_000, last_line: "Password:" },
    });
    expect(snapshotToWire(snapshot({ activity: { ...idle, ports: [80] } }), null)["activity"]).toEqual({
      state: "idle",
      window_ms: 10_000,
      ports: [80],
      waiting: null,
    });
  });
});
