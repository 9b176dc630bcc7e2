/** What `run_test` and `run_build_command` share: a command that is detected or given, run like any other, its output understood. */
import { join } from "node:path";
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { Inspection } from "../findings/findings.ts";
import { planArtifacts } from "../output/artifacts.ts";
import { workingDirectory } from "../process/working-directory.ts";
import { detectWorkspace } from "../workspace/detect.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type RunCommandInput, runCommandInput } from "./run-command-input.ts";
import { settle } from "./settle-command.ts";
import { startCommand } from "./start-command.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";

/** The fields of `run_command` that mean the same here. */
export const commonFields = runCommandInput.pick({
  cwd: true,
  env: true,
  env_mode: true,
  env_remove: true,
  timeout_ms: true,
  background: true,
  long_running: true,
  background_after_ms: true,
  progress_interval_ms: true,
  progress_max_interval_ms: true,
  progress_max_inline_bytes: true,
  capture: true,
  max_output_bytes: true,
  leftovers: true,
  label: true,
}).shape;

export const argvField = z
  .array(z.string())
  .optional()
  .describe("Program and arguments. Default: detected from the manifest in cwd.");

type CommonInput = z.output<z.ZodObject<typeof commonFields>>;

export interface Plan {
  readonly argv: readonly string[];
  readonly inspection: Inspection;
}

export interface PlanContext {
  /** Null when no manifest is known there. */
  readonly workspace: Workspace | null;
  readonly cwd: string;
  /** Where a runner may write its report: in the artifacts, which are kept and freed with the rest. */
  readonly reportPath: string;
}

/** `plan` throws what is wrong with the workspace; then nothing has been started. */
export async function runInspected(
  input: CommonInput,
  context: ToolContext,
  plan: (context: PlanContext) => Plan,
): Promise<ToolAnswer> {
  const { settings, artifactsRoot } = context.session.parts;
  const handleId = newId("command");
  const cwd = workingDirectory(input.cwd, settings.defaultCwd);
  const { directory } = planArtifacts(artifactsRoot, handleId, true);
  const { argv, inspection } = plan({
    workspace: detectWorkspace(cwd),
    cwd,
    reportPath: join(directory, "test-report"),
  });
  const started = await startCommand(argvInput(input, argv), context, { handleId, inspection });
  return started.kind === "repeated" ? started.answer : settle(started, context);
}

function argvInput(input: CommonInput, argv: readonly string[]): RunCommandInput {
  return { ...runCommandInput.parse({ argv: [...argv] }), ...input };
}

export function refuseWithArgv(name: string, value: unknown, argv: readonly string[] | undefined): void {
  if (argv === undefined || value === undefined || value === false) return;
  throw new LonghandError("invalid_parameter", `${name} is for detected commands: with argv, put it into argv`, {
    param: name,
    details: { expected: `argv or ${name}`, got: "both" },
  });
}
