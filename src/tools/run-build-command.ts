/** `run_build_command`: the project's build, with its diagnostics. */
import { z } from "zod";
import { buildPlan, noManifest } from "../workspace/plans.ts";
import { argvField, commonFields, refuseWithArgv, runInspected } from "./run-inspected.ts";
import { runningUnwindMs } from "./stop-with-call.ts";
import { defineTool } from "./tool.ts";

export const runBuildCommand = defineTool({
  name: "run_build_command",
  description:
    "Build the project in cwd (or run argv) and answer with the errors and warnings as diagnostics with path, line and column. " +
    "Foreground, background and limits as for run_command.",
  input: z.strictObject({
    argv: argvField,
    target: z.string().min(1).optional().describe("What to build, in the build tool's own syntax."),
    release: z.boolean().default(false).describe("An optimised build, where there is such a thing."),
    ...commonFields,
  }),
  unwindMs: runningUnwindMs,
  run: async ({ argv, target, release, ...input }, context) => {
    refuseWithArgv("target", target, argv);
    refuseWithArgv("release", release, argv);
    return runInspected(input, context, ({ workspace, cwd }) => {
      if (argv !== undefined) return { argv, inspection: { kind: "build", format: "auto" } };
      if (workspace === null) throw noManifest(cwd);
      return buildPlan(workspace, { target: target ?? null, release });
    });
  },
});
