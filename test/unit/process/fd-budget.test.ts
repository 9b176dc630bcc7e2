import { describe, expect, it } from "vitest";
import { createFdBudget, openFileLimit } from "../../../src/process/fd-budget.ts";

describe("createFdBudget", () => {
  it("gives out what is left after the reserve, and takes it back once", () => {
    const budget = createFdBudget({ total: 1_024, open: 20 });
    expect(budget.limit).toBe(1_024 - 20 - 64);
    const release = budget.reserve(3);
    expect(budget.used).toBe(3);
    release();
    release();
    expect(budget.used).toBe(0);
  });

  it("refuses with capacity, and sets nothing aside then", () => {
    const budget = createFdBudget({ total: 40, open: 20 });
    expect(budget.limit).toBe(10);
    budget.reserve(9);
    expect(() => budget.reserve(2)).toThrow(
      expect.objectContaining({
        kind: "capacity",
        retryable: true,
        details: { errno: "EMFILE", limit: 10, got: "11" },
      }),
    );
    expect(budget.used).toBe(9);
  });

  it("never has less than nothing", () => expect(createFdBudget({ total: 10, open: 20 }).limit).toBe(0));

  it("reads this process's limit", () => expect(openFileLimit()).toBeGreaterThan(64));
});
