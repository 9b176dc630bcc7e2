/** The fields of `run_command`: the contract, with its deprecated spellings. */
import { z } from "zod";
import { largestTerminal } from "../process/terminal-size.ts";
import { readyInput } from "./ready-input.ts";

const ms = z.int().min(0);
const bytes = z.int().min(0);

const capture = z.strictObject({
  stdout: z.boolean().default(true).describe("Show stdout inline. The artifact has it in any case."),
  stderr: z.boolean().default(true).describe("Show stderr inline."),
  merge_stderr: z.boolean().default(false).describe("One pipe for both, in exact order; everything is stdout then."),
  max_inline_bytes: bytes.optional().describe("Inline bytes per stream, head and tail. Default 50,000."),
  transport: z
    .enum(["pipe", "file"])
    .default("pipe")
    .describe("file: it writes into the artifact itself, which is faster."),
});

const shell = z.union([z.string(), z.strictObject({ path: z.string().optional(), id: z.string().optional() })]);

const stdin = z.union([z.string(), z.strictObject({ text: z.string() }), z.strictObject({ open: z.literal(true) })], {
  error: 'a text, "open", {text} or {open: true}',
});

const side = z.int().min(1).max(largestTerminal);

const pty = z.strictObject({ cols: side.default(120), rows: side.default(40) });

export const runCommandInput = z.strictObject({
  command: z.string().optional().describe("A shell text, run by bash (or sh)."),
  argv: z.array(z.string()).optional().describe("Program and arguments, run without a shell."),
  mode: z.enum(["argv", "shell"]).optional().describe("Only needed when both command and argv are given."),
  shell: shell.optional().describe("Path or id of another shell."),
  shell_id: z.string().optional().describe("The same as shell, by id."),
  login: z.boolean().default(false).describe("The shell reads its login files first."),
  interactive: z.boolean().default(false).describe("The shell is an interactive one."),
  cwd: z.string().optional().describe("An existing directory. Default: the session's."),
  env: z.record(z.string(), z.string()).optional().describe("Variables, added as env_mode says."),
  env_mode: z
    .enum(["inherit_clean", "replace", "patch"])
    .default("inherit_clean")
    .describe(
      "inherit_clean: the host's environment without names that look like secrets, plus env. replace: env alone.",
    ),
  env_remove: z.array(z.string()).default([]).describe("Names that are left out of the environment."),
  stdin: stdin
    .optional()
    .describe(
      'Text for stdin, then end of file; "open" keeps it open for write_stdin ({text} for that very word). Default: /dev/null.',
    ),
  pty: pty
    .optional()
    .describe("Run it in a terminal. stdin stays open then (a text is typed first), stderr is merged."),
  timeout_ms: ms.optional().describe("Ends the command. 0 or absent: no limit. Counts in the background too."),
  background: z.boolean().optional().describe("Answer at once with a handle; the result arrives in the inbox."),
  long_running: z.boolean().optional().describe("Deprecated spelling of background."),
  background_after_ms: ms.optional().describe("Wait this long for the result, then answer with a handle."),
  ready: readyInput
    .optional()
    .describe("Start it in the background and answer when it is ready, has ended, or the port turns out to be taken."),
  progress_interval_ms: ms.optional().describe("Post progress to the inbox, first after this; the interval doubles."),
  progress_max_interval_ms: ms.default(30_000).describe("It doubles up to this."),
  progress_max_inline_bytes: bytes.optional().describe("Inline bytes per stream of a progress message."),
  capture: capture.optional().describe("What of the output is shown, and how it is taken."),
  capture_stderr: z.boolean().optional().describe("Deprecated: false means capture.merge_stderr."),
  max_inline_bytes: bytes.optional().describe("Deprecated spelling of capture.max_inline_bytes."),
  max_output_bytes: z.int().min(1).optional().describe("Passing it ends the command. Default 1 GiB."),
  leftovers: z
    .enum(["stop", "keep"])
    .default("stop")
    .describe("What happens to processes that outlive a command which ended by itself."),
  lifetime: z.enum(["session", "detached"]).default("session").describe("detached: not supported yet."),
  label: z.string().max(200).optional().describe("Shown in lists and results."),
  policy_context: z.record(z.string(), z.json()).optional().describe("Returned as it came."),
  snapshot_binding: z.record(z.string(), z.json()).optional().describe("Returned as it came."),
});

export type RunCommandInput = z.output<typeof runCommandInput>;
