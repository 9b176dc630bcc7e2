/** The params of `exec` and `spawn`: those of `run_command` by the same names, with the defaults of the capability. */
import { z } from "zod";
import { LonghandError } from "../base/errors.ts";
import { parseInput } from "../tools/input.ts";
import { type RunCommandInput, runCommandInput } from "../tools/run-command-input.ts";
import { namedShell, shellField, shellIdWords, shellWords } from "./shell-input.ts";

const { argv, command, login, interactive, cwd, env, env_remove: envRemove, label } = runCommandInput.shape;

/** Ms; 0 and less mean none. */
export const timeouts = {
  timeout: z.int().optional().describe("Milliseconds; 0 and less: no limit. Wins over timeout_ms."),
  timeout_ms: z.int().optional().describe("The same."),
};

export const startParams = z.strictObject({
  mode: z.enum(["argv", "shell"]).optional().describe("Default shell; argv when only that is given."),
  argv,
  command,
  shell: shellField.optional().describe(shellWords),
  shell_id: z.string().min(1).optional().describe(shellIdWords),
  login,
  interactive,
  cwd,
  env,
  env_mode: z
    .enum(["merge", "replace", "inherit_clean", "patch"])
    .default("merge")
    .describe("merge: as inherit_clean. replace: env alone."),
  env_remove: envRemove,
  label,
  sandbox_profile: z.string().optional().describe("Only unrestricted: there is no sandbox yet."),
  ...timeouts,
});

export type StartParams = z.output<typeof startParams>;

/** The same as an input of `run_command`. Throws `unsupported` (`sandbox_profile`) for a confinement that there is not. */
export function commandInput(params: StartParams, tool: string): RunCommandInput {
  const { shell: _, shell_id: __, timeout: ___, timeout_ms: ____, sandbox_profile: profile, ...rest } = params;
  const { env_mode: envMode, mode, ...same } = rest;
  checkSandbox(profile);
  return parseInput(
    runCommandInput,
    {
      ...same,
      // A text for a shell is the default. An argv without it means itself; with both the tool asks which one is meant.
      mode: mode ?? (params.argv === undefined ? "shell" : undefined),
      shell: namedShell(params),
      env_mode: envMode === "merge" ? "inherit_clean" : envMode,
      timeout_ms: timeoutOf(params),
    },
    tool,
  );
}

const unconfined = "unrestricted";

/** Who asks for a sandbox must not run without one. */
function checkSandbox(profile: string | undefined): void {
  if (profile === undefined || profile === unconfined) return;
  const got = profile.slice(0, 60);
  const message = `sandbox_profile ${JSON.stringify(got)}: there is no sandbox yet, every command is ${unconfined}`;
  throw new LonghandError("unsupported", message, { param: "sandbox_profile", details: { expected: unconfined, got } });
}

/** The first that is present counts, also when it says none. */
export function timeoutOf({ timeout, timeout_ms: ms }: Pick<StartParams, "timeout" | "timeout_ms">): number | null {
  const wanted = timeout ?? ms ?? 0;
  return wanted > 0 ? wanted : null;
}
