/** How the tests and the build of a project are run. Pure, but for the manifests that are looked into. */
import { LonghandError } from "../base/errors.ts";
import { buildPlanners } from "./build-planners.ts";
import { knownManifests } from "./detect.ts";
import type { BuildOptions, BuildPlan, TestOptions, TestPlan } from "./plan.ts";
import { testPlanners } from "./test-planners.ts";
import type { Workspace } from "./workspace.ts";

/** Throws `invalid_parameter`: of `argv` when the project has no tests to run, of `filter` when they cannot be chosen. */
export function testPlan(workspace: Workspace, options: TestOptions): TestPlan {
  return testPlanners[workspace.ecosystem](workspace, options);
}

/** Throws `invalid_parameter`: of `argv` when it is not known how to build, of `target` or `release` where the tool has none. */
export function buildPlan(workspace: Workspace, options: BuildOptions = {}): BuildPlan {
  return buildPlanners[workspace.ecosystem](workspace, options);
}

/** There is no project in `cwd`, as far as `detectWorkspace` knows. */
export function noManifest(cwd: string): LonghandError {
  const expected = knownManifests.join(", ");
  const message = `${cwd} has no manifest that tells what to run (looked for ${expected}; not in its parents). Give argv, or another cwd.`;
  return new LonghandError("invalid_parameter", message, { param: "argv", details: { expected } });
}
