import { expect, it } from "vitest";
import { allocatedSince } from "../../../src/process/allocation.ts";

const since = { pid: 1000, atMs: 0 };

it("nothing was allocated", () => {
  expect(allocatedSince(since, { pid: 1000, atMs: 60_000 }, 32_768)).toEqual({ kind: "none" });
});

it("the numbers in between, while they cannot have come round", () => {
  expect(allocatedSince(since, { pid: 1003, atMs: 100 }, 32_768)).toEqual({ kind: "range", first: 1001, last: 1003 });
});

it("any number, when they have come round or had the time to", () => {
  expect(allocatedSince(since, { pid: 999, atMs: 1 }, 32_768)).toEqual({ kind: "any" });
  expect(allocatedSince(since, { pid: 1003, atMs: 200 }, 32_768)).toEqual({ kind: "any" });
  expect(allocatedSince(since, { pid: 1003, atMs: 200 }, 4_194_304)).toMatchObject({ kind: "range" });
});
