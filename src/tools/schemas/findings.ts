/** What was read in the output of a test run or a build. */
import { z } from "zod";
import type { Severity, TestStatus } from "../../findings/findings.ts";
import { count, milliseconds, vocabulary } from "./words.ts";

export const resultHandle = z.string().describe("htr-…: for inspect_test_results.");

const testSummary = z
  .object({
    passed: count.describe("Tests."),
    failed: count.describe("Errored ones included."),
    skipped: count.describe("Tests."),
  })
  .meta({ id: "test_summary" });

export const testCase = z
  .object({
    name: z.string().describe("suite::name, describe > it, TestFoo/bar"),
    status: vocabulary<TestStatus>({
      passed: "",
      failed: "",
      skipped: "",
      errored: "it could not even run; counts as failed",
    }),
    duration_ms: milliseconds.nullable().describe("Null when the output does not say."),
    message: z.string().nullable().describe("Why it failed or was skipped."),
    stdout: z.string().nullable().describe("What the test printed, where the format has it."),
    stderr: z.string().nullable().describe("What the test printed, where the format has it."),
    path: z.string().nullable().describe("Of the source, as the tool names it."),
    line: z.int().nullable().describe("From 1."),
  })
  .meta({ id: "test_case" });

const severities = {
  error: "it fails the build",
  warning: "it does not",
  note: "more about another one",
  help: "what to do about another one",
};

const diagnostic = z
  .object({
    severity: vocabulary<Severity>(severities),
    message: z.string().describe("As the tool worded it."),
    path: z.string().nullable().describe("Of the source, as the tool names it."),
    line: z.int().nullable().describe("From 1."),
    column: z.int().nullable().describe("From 1."),
    code: z.string().nullable().describe("The tool's own name of the rule: E0308, TS2322."),
  })
  .meta({ id: "diagnostic" });

const summary = testSummary.optional().describe("Absent when nothing in the output was a test result.");
const complete = z.boolean().describe("False when reading was given up before the end.");
const problem = z.string().nullable().describe("What could not be understood and why.");

/** Of a page of tests, whichever answer has it. */
export const testPage = { summary, results_complete: complete, results_problem: problem };

/** The fields that a report has only after `run_test` or `run_build_command`. */
export const findings = {
  result_handle: resultHandle.optional(),
  summary,
  failures: z.array(testCase).optional().describe("The first ones, their texts cut."),
  result_format: z.string().nullable().optional().describe("How it was understood: junit, tap, go_json, …"),
  results_complete: complete.optional(),
  results_problem: problem.optional(),
  diagnostics: z.array(diagnostic).optional().describe("The first ones, errors before the rest."),
  diagnostic_counts: z
    .object({
      error: count.describe("Errors."),
      warning: count.describe("Warnings."),
      note: count.describe("Notes."),
      help: count.describe("Hints."),
    } satisfies Record<Severity, typeof count>)
    .optional()
    .describe("Of all, listed or not."),
  diagnostics_complete: complete.optional(),
};
