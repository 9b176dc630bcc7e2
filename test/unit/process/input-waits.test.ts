import { describe, expect, it } from "vitest";
import type { InputIdentity } from "../../../src/process/child.ts";
import { waitsForInput } from "../../../src/process/input-waits.ts";
import type { BlockedIn } from "../../../src/process/syscalls.ts";
import { type FakeMember, fakeActivity, reading } from "../../support/fake-activity.ts";

const pipe: InputIdentity = { dev: 7n, ino: 100n };
const terminal: InputIdentity = { rdev: 0x8803n };
const address = 0x7ffdn;

/** Descriptors 0 and 5 are the pipe; 1 is another pipe of the same file system, 2 has its number on another. */
const files = { 0: pipe, 5: pipe, 1: { dev: 7n, ino: 101n }, 2: { dev: 8n, ino: 100n } };

function waits(blockedIn: FakeMember["blockedIn"], more: Partial<FakeMember> = {}, input = pipe): boolean {
  const member: FakeMember = { pid: 1, files, ...more, ...(blockedIn === undefined ? {} : { blockedIn }) };
  const who = { pid: 1, thread: 1, terminal: member.terminal ?? 0n };
  return waitsForInput(who, input, fakeActivity(member).table);
}

/** [fd, events] as struct pollfd. */
function pollfds(...entries: [number, number][]): Buffer {
  const bytes = Buffer.alloc(entries.length * 8);
  for (const [index, [fd, events]] of entries.entries()) {
    bytes.writeInt32LE(fd, index * 8);
    bytes.writeInt16LE(events, index * 8 + 4);
  }
  return bytes;
}

describe("a thread in read", () => {
  it("waits when that is the input, under whatever number", () => {
    expect(waits(reading(0))).toBe(true);
    expect(waits(reading(5))).toBe(true);
  });

  it("does not when it reads something else, or something that cannot be looked at", () => {
    expect([1, 2, 9, -1].map((fd) => waits(reading(fd)))).toEqual([false, false, false, false]);
  });

  it("is not known to when the kernel does not tell", () => {
    expect(waits("unreadable")).toBe(false);
    expect(waits("gone")).toBe(false);
  });

  it.each<BlockedIn>([{ kind: "running" }, { kind: "children" }, { kind: "something_else" }])(
    "is not one that is in $kind",
    (call) => {
      expect(waits(call)).toBe(false);
    },
  );
});

describe("a thread in poll", () => {
  const poll = (count: number): BlockedIn => ({ kind: "poll", address, count });
  const memory = (...entries: [number, number][]) => ({ memory: { address, bytes: pollfds(...entries) } });

  it("waits when the input is among those that it would read", () => {
    expect(waits(poll(2), memory([1, 1], [5, 1]))).toBe(true);
    expect(waits(poll(1), memory([0, 0x40]))).toBe(true);
  });

  it("does not when it would not read it, has only others, or skips it", () => {
    expect(waits(poll(1), memory([0, 4]))).toBe(false);
    expect(waits(poll(2), memory([1, 1], [2, 1]))).toBe(false);
    expect(waits(poll(1), memory([-1, 1]))).toBe(false);
    expect(waits(poll(1), memory([1, 1], [0, 1]))).toBe(false);
  });

  it("is not known to when its memory is closed to us, or there is none", () => {
    expect(waits(poll(1))).toBe(false);
    expect(waits({ kind: "poll", address: 0n, count: 1 }, memory([0, 1]))).toBe(false);
    expect(waits(poll(0), memory([0, 1]))).toBe(false);
    expect(waits(poll(-1), memory([0, 1]))).toBe(false);
  });
});

describe("a thread in select", () => {
  const select = (count: number): BlockedIn => ({ kind: "select", address, count });
  const bits = (...bytes: number[]) => ({ memory: { address, bytes: Buffer.from(bytes) } });

  it("waits when the bit of the input is set, below the count", () => {
    expect(waits(select(1), bits(0b1))).toBe(true);
    expect(waits(select(6), bits(0b100010))).toBe(true);
    expect(waits(select(5), bits(0b100010))).toBe(false);
    expect(waits(select(3), bits(0b110))).toBe(false);
    expect(waits(select(1))).toBe(false);
  });

  it("finds it beyond the first byte", () => {
    expect(waits(select(12), { ...bits(0, 0b1000), files: { 11: pipe } })).toBe(true);
  });
});

describe("a thread in an event loop", () => {
  it("waits when the loop watches the input, and not when it is only open", () => {
    expect(waits({ kind: "epoll", fd: 16 }, { watched: { 16: [18, 0] } })).toBe(true);
    expect(waits({ kind: "epoll", fd: 16 }, { watched: { 16: [1, 18], 17: [0] } })).toBe(false);
    expect(waits({ kind: "epoll", fd: 16 })).toBe(false);
  });
});

describe("a terminal", () => {
  const tty = { files: { 0: { dev: 3n, ino: 6n, rdev: 0x8803n }, 3: { rdev: 0x500n }, 4: { rdev: 0x8804n } } };

  it("is known by its device, and as /dev/tty by whom it controls", () => {
    expect(waits(reading(0), tty, terminal)).toBe(true);
    expect(waits(reading(4), tty, terminal)).toBe(false);
    expect(waits(reading(3), { ...tty, terminal: 0x8803n }, terminal)).toBe(true);
    expect(waits(reading(3), { ...tty, terminal: 0x8804n }, terminal)).toBe(false);
  });

  it("is no pipe", () => {
    expect(waits(reading(3), { ...tty, terminal: 0x8803n }, pipe)).toBe(false);
  });
});
