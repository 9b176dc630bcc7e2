import { describe, expect, it } from "vitest";
import { parseSleeps, parseUsage, parseWatched } from "../../../src/process/activity-table.ts";

describe("parseUsage", () => {
  it("reads state, terminal, times, threads and start, whatever the program calls itself", () => {
    const stat =
      "42 (a) R (b) S 1 42 42 34816 42 4194304 93 11 0 2 5 7 11 13 20 0 3 0 123456 2912256 335 18446744073709551615\n";
    expect(parseUsage(stat)).toEqual({
      startTime: "123456",
      name: "a) R (b",
      state: "S",
      threads: 3,
      ownTicks: 12,
      reapedTicks: 24,
      terminal: 0x8800n,
    });
  });

  it("is null for a text that is cut off", () => {
    expect(parseUsage("42 (sh) S 1")).toBeNull();
    expect(parseUsage("")).toBeNull();
  });
});

describe("parseSleeps", () => {
  it("is the count of voluntary switches", () => {
    expect(parseSleeps("Name:\tsh\nvoluntary_ctxt_switches:\t17\nnonvoluntary_ctxt_switches:\t4\n")).toBe(17);
    expect(parseSleeps("Name:\tsh\n")).toBeNull();
  });
});

describe("parseWatched", () => {
  it("has the descriptors that are watched for reading", () => {
    const fdinfo = [
      "pos:\t0",
      "flags:\t02000002",
      "tfd:        0 events:       19 data:                0  pos:0 ino:24e34d sdev:fe00000",
      "tfd:        5 events: 80000004 data:                5  pos:0 ino:1 sdev:9",
      "tfd:       18 events: 40000000 data:               12  pos:0 ino:2 sdev:9",
      "tfd:       20 events:     2019 data:               14  pos:0 ino:40f sdev:10",
    ].join("\n");
    expect(parseWatched(fdinfo)).toEqual([0, 20]);
    expect(parseWatched("pos:\t0\n")).toEqual([]);
  });
});
