/** `run_command`: in the foreground, in the background, or in the background after a while. */
import { runCommandInput } from "./run-command-input.ts";
import { settle } from "./settle-command.ts";
import { startCommand } from "./start-command.ts";
import { runningUnwindMs } from "./stop-with-call.ts";
import { defineTool } from "./tool.ts";

export const runCommand = defineTool({
  name: "run_command",
  description:
    "Run a command. `command` is a shell text, `argv` a program with arguments. In the foreground it answers with the result; " +
    "with background or background_after_ms it answers with a handle and the result arrives in the inbox.",
  input: runCommandInput,
  unwindMs: runningUnwindMs,
  run: async (asked, context) => {
    const started = await startCommand(asked, context);
    return started.kind === "repeated" ? started.answer : settle(started, context);
  },
});
