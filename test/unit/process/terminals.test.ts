import { fstatSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createFdBudget } from "../../../src/process/fd-budget.ts";
import { Terminals } from "../../../src/process/terminals.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const isOpen = (fd: number): boolean => {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
};

describe("a terminal that the event loop does not take", () => {
  it("is an error that says so, and leaves nothing open", () => {
    const opened: number[] = [];
    const openNull = (): number => {
      const fd = openSync("/dev/null", "r+");
      opened.push(fd);
      return fd;
    };
    const binding = {
      open: () => ({ master: openNull(), slave: openNull(), pty: "/dev/null" }),
      resize: () => undefined,
    };
    const budget = createFdBudget({ total: 1_000, open: 0 });
    const terminals = new Terminals({ load: () => binding, budget, clock: fakeClock() });
    // The next number is that of our own copy of the slave.
    const next = openNull() + 1;
    const open = () => terminals.open({ cols: 80, rows: 24 }, () => undefined, new Uint8Array(1));
    expect(open).toThrow(expect.objectContaining({ kind: "unavailable", details: { errno: "EINVAL" } }));
    expect(opened.slice(1).map(isOpen)).toEqual([false, false]);
    expect([next, next + 1, next + 2].map(isOpen)).toEqual([false, false, false]);
    expect(budget.used).toBe(0);
    expect(terminals.masters.size).toBe(0);
  });
});
