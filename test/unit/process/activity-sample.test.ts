import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/base/pace.ts";
import { takeSample } from "../../../src/process/activity-sample.ts";
import { fakeActivity } from "../../support/fake-activity.ts";

/** So that a slice of the event loop holds a few of them on any machine. */
const readMs = 1;

describe("a sample of many processes", () => {
  it("gives other work its turns, also while it only asks who there is", async () => {
    const { table, tree } = fakeActivity(...Array.from({ length: 200 }, (_, index) => ({ pid: index + 1 })));
    let inARow = 0;
    let longest = 0;
    const usage: typeof table.usage = (pid) => {
      const end = performance.now() + readMs;
      while (performance.now() < end);
      longest = Math.max(longest, ++inARow);
      return table.usage(pid);
    };
    let turns = 0;
    const turning = setInterval(() => {
      turns += 1;
      inARow = 0;
    }, 0);
    const members = await tree.members();
    const leader = { pid: 1, startTime: "1" };
    const sample = await takeSample(members, {
      leader,
      input: null,
      table: { ...table, usage },
      pace: new Pace(),
      atMs: 0,
    });
    clearInterval(turning);
    expect(sample.members).toHaveLength(200);
    expect(turns).toBeGreaterThan(5);
    expect(longest).toBeLessThan(100);
  });
});
