import { describe, expect, it } from "vitest";
import { parseSyscall, syscallsOf } from "../../../src/process/syscalls.ts";

const x64 = syscallsOf("x64") ?? new Map();
const arm64 = syscallsOf("arm64") ?? new Map();
const line = (number: number, ...args: string[]): string =>
  `${[number, ...args, ...Array<string>(6 - args.length).fill("0x0"), "0x7ffd", "0x7f10"].join(" ")}\n`;

describe("parseSyscall", () => {
  it.each([
    [0, ["0x3"], { kind: "read", fd: 3 }],
    [19, ["0x3"], { kind: "read", fd: 3 }],
    [40, ["0x1", "0x3"], { kind: "read", fd: 3 }],
    [275, ["0x3"], { kind: "read", fd: 3 }],
    [7, ["0x7ffe", "0x2"], { kind: "poll", address: 0x7ffen, count: 2 }],
    [271, ["0x7ffe", "0x2"], { kind: "poll", address: 0x7ffen, count: 2 }],
    [23, ["0x5", "0x7ffe"], { kind: "select", address: 0x7ffen, count: 5 }],
    [270, ["0x5", "0x7ffe"], { kind: "select", address: 0x7ffen, count: 5 }],
    [232, ["0x9"], { kind: "epoll", fd: 9 }],
    [281, ["0x9"], { kind: "epoll", fd: 9 }],
    [61, ["0xffffffff"], { kind: "children" }],
    [202, ["0x7ffe"], { kind: "something_else" }],
  ])("knows call %i of x64", (number, args, expected) => {
    expect(parseSyscall(line(number, ...args), x64)).toEqual(expected);
  });

  it.each([
    [63, ["0x3"], { kind: "read", fd: 3 }],
    [73, ["0x7ffe", "0x2"], { kind: "poll", address: 0x7ffen, count: 2 }],
    [72, ["0x5", "0x7ffe"], { kind: "select", address: 0x7ffen, count: 5 }],
    [22, ["0x9"], { kind: "epoll", fd: 9 }],
    [260, ["0xffffffff"], { kind: "children" }],
    [0, ["0x3"], { kind: "something_else" }],
  ])("knows call %i of arm64", (number, args, expected) => {
    expect(parseSyscall(line(number, ...args), arm64)).toEqual(expected);
  });

  it("takes the lower half of a register for a descriptor", () => {
    expect(parseSyscall(line(0, "0xffffffffffffffff"), x64)).toEqual({ kind: "read", fd: -1 });
    expect(parseSyscall(line(0, "0x100000003"), x64)).toEqual({ kind: "read", fd: 3 });
  });

  it("tells running, blocked outside of a call, and what it does not understand", () => {
    expect(parseSyscall("running\n", x64)).toEqual({ kind: "running" });
    expect(parseSyscall("-1 0x7ffd 0x7f10\n", x64)).toEqual({ kind: "something_else" });
    expect(parseSyscall("", x64)).toBeNull();
    expect(parseSyscall("0 zero\n", x64)).toBeNull();
  });

  it("knows no other architecture", () => {
    expect(syscallsOf("s390x")).toBeNull();
  });
});
