/** `run_test`: the project's tests, with structured results. */
import { z } from "zod";
import { noManifest, testPlan } from "../workspace/plans.ts";
import { argvField, commonFields, refuseWithArgv, runInspected } from "./run-inspected.ts";
import { runningUnwindMs } from "./stop-with-call.ts";
import { defineTool } from "./tool.ts";

export const runTest = defineTool({
  name: "run_test",
  description:
    "Run the tests of the project in cwd (or argv) and answer with what passed and failed; inspect_test_results shows each test. " +
    "Foreground, background and limits as for run_command.",
  input: z.strictObject({
    argv: argvField,
    filter: z.string().min(1).optional().describe("Only tests whose name matches, in the runner's own syntax."),
    ...commonFields,
  }),
  unwindMs: runningUnwindMs,
  run: async ({ argv, filter, ...input }, context) => {
    refuseWithArgv("filter", filter, argv);
    return runInspected(input, context, ({ workspace, cwd, reportPath }) => {
      if (argv !== undefined) return { argv, inspection: { kind: "tests", format: "auto", reportPath: null } };
      if (workspace === null) throw noManifest(cwd);
      return testPlan(workspace, { filter: filter ?? null, reportPath });
    });
  },
});
