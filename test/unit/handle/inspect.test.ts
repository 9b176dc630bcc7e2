import { describe, expect, it } from "vitest";
import { ReadingLane } from "../../../src/findings/reading-lane.ts";
import { noOutput } from "../../../src/handle/build-report.ts";
import { inspect, type Readers } from "../../../src/handle/inspect.ts";

const lane = new ReadingLane();
const asked = { output: noOutput, directory: "/", startedAt: 0, lane, hurry: new AbortController().signal };
const failing = () => Promise.reject(new Error("EMFILE: too many open files"));

describe("what cannot be inspected", () => {
  const readers: Readers = { diagnostics: failing, tests: failing };

  it("of tests is incomplete, and says why", async () => {
    const inspection = { kind: "tests", format: "auto", reportPath: null } as const;
    expect(await inspect({ ...asked, inspection }, readers)).toEqual({
      kind: "tests",
      format: null,
      summary: null,
      failures: [],
      complete: false,
      problem: "EMFILE: too many open files",
    });
  });

  it("of a build is incomplete", async () => {
    const inspection = { kind: "build", format: "auto" } as const;
    expect(await inspect({ ...asked, inspection }, readers)).toMatchObject({ diagnostics: [], complete: false });
  });
});
