/** The counts that node:test prints behind all of its tests, in whichever format, and tape with the same words. */
import type { TestSummary } from "../findings.ts";

/** What the word of a count means to a summary. */
export const nodeCounts: Readonly<Record<string, keyof TestSummary>> = {
  pass: "passed",
  fail: "failed",
  cancelled: "failed",
  skipped: "skipped",
  todo: "skipped",
};
