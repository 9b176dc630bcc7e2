import { describe, expect, it } from "vitest";
import {
  hidesProcesses,
  parseEnviron,
  parseForegroundGroup,
  parseLastPid,
  parseLimits,
  parseStat,
  parseStatus,
  readCookie,
  readLimits,
  readStat,
  unlimited,
} from "../../../src/process/procfs.ts";

const numbers = "1 22 33 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 4 0 98765 1000 2000 18446744073709551615";

describe("parseStat", () => {
  it("reads the fields it is for", () => {
    expect(parseStat(`41 (sh) S ${numbers}\n`)).toEqual({
      pid: 41,
      name: "sh",
      state: "S",
      parentPid: 1,
      group: 22,
      session: 33,
      threads: 4,
      startTime: "98765",
    });
  });

  it.each(["a b", "x) S 9 9 9 (y", ")", "(", ""])("is not misled by the name %j", (name) => {
    expect(parseStat(`41 (${name}) R ${numbers}\n`)).toMatchObject({
      name,
      state: "R",
      parentPid: 1,
      startTime: "98765",
    });
  });

  it("has nothing to say about a text that was cut short", () => {
    expect(parseStat("")).toBeNull();
    expect(parseStat("41 (sh) S 1 22")).toBeNull();
  });
});

describe("parseLimits", () => {
  const limits = (soft: string, hard: string): string =>
    `Limit  Soft Limit  Hard Limit  Units\nMax cpu time  1  2  seconds\nMax realtime timeout      ${soft} ${hard} us        \n`;

  it("keeps all 64 bits", () => {
    expect(parseLimits(limits("4611686018427387905", "9223372036854775807"))).toEqual({
      low: 4611686018427387905n,
      high: 9223372036854775807n,
    });
  });

  it("knows unlimited", () => {
    expect(parseLimits(limits("200000   ", "unlimited"))).toEqual({ low: 200000n, high: unlimited });
  });

  it("has nothing to say without the line", () => {
    expect(parseLimits("")).toBeNull();
  });
});

describe("parseEnviron", () => {
  it("finds the cookie anywhere, the first of several", () => {
    expect(parseEnviron("LONGHAND_MARK=a/b\0PATH=/bin\0")).toEqual({ value: "a/b" });
    expect(parseEnviron("PATH=/bin\0LONGHAND_MARK=a\0LONGHAND_MARK=b\0")).toEqual({ value: "a" });
    expect(parseEnviron("LONGHAND_MARK=")).toEqual({ value: "" });
  });

  it("does not take another variable for it", () => {
    expect(parseEnviron("")).toEqual({ value: null });
    expect(parseEnviron("XLONGHAND_MARK=a\0LONGHAND_MARKS=b\0Y=LONGHAND_MARK=c\0")).toEqual({ value: null });
  });
});

describe("small parsers", () => {
  it("reads thread group and real user id", () => {
    expect(parseStatus("Name:\tsh\nTgid:\t77\nPid:\t78\nUid:\t1001\t0\t0\t0\n")).toEqual({
      threadGroup: 77,
      uid: 1001,
    });
    expect(parseStatus("")).toBeNull();
  });

  it("reads the last pid", () => {
    expect(parseLastPid("0.00 0.02 0.02 1/88 4226\n")).toBe(4226);
  });

  it("knows a /proc that hides other users' processes", () => {
    expect(hidesProcesses("proc /proc proc rw,nosuid,relatime,hidepid=invisible 0 0\n")).toBe(true);
    expect(hidesProcesses("proc /proc proc rw,relatime,hidepid=2,gid=5 0 0\n")).toBe(true);
    expect(hidesProcesses("proc /proc proc rw,subset=pid 0 0\n")).toBe(true);
    expect(hidesProcesses("proc /proc proc rw,nosuid,relatime 0 0\nx /proc/y proc hidepid=2 0 0\n")).toBe(false);
    expect(hidesProcesses("proc /proc proc rw,hidepid=off 0 0\nproc /jail proc rw,hidepid=2 0 0\n")).toBe(false);
  });
});

describe("reads", () => {
  it("sees this process", () => {
    expect(readStat(process.pid)).toMatchObject({ pid: process.pid, parentPid: process.ppid });
    expect(readLimits(process.pid)).toMatchObject({ low: expect.any(BigInt), high: expect.any(BigInt) });
  });

  it("tells that there is no such process", () => {
    const nobody = 4_194_305;
    expect([readStat(nobody), readLimits(nobody), readCookie(nobody)]).toEqual(["gone", "gone", "gone"]);
  });
});

describe("the foreground of a terminal", () => {
  it.each([
    ["5 (a) b) S 1 5 5 34816 77 4194560", 77],
    ["5 (sh) S 1 5 5 0 -1 4194560", -1],
    ["5 (sh) S", null],
  ])("%s", (stat, group) => expect(parseForegroundGroup(stat)).toBe(group));
});
