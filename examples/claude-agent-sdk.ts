/** An agent of the Claude Agent SDK that starts a build, goes on with its work, and finds the result without asking for it. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Options, query } from "@anthropic-ai/claude-agent-sdk";
import { createRuntime } from "longhand";
import { claudeAgentSdk } from "longhand/claude-agent-sdk";

await using runtime = await createRuntime({ store: "memory", injectsInbox: true });
// Ctrl-C ends what runs, too.
process.once("SIGINT", () => void runtime.close().finally(() => process.exit(130)));
const session = await runtime.openSession();
const home = await mkdtemp(join(tmpdir(), "longhand-example-"));

const prompt =
  "Start `sleep 1; echo 42 tests passed` in the background, meanwhile run `sleep 3; echo linted`, then say what came out.";
const options: Options = {
  ...claudeAgentSdk(session), // the tools, and the hooks that bring what lies in the inbox
  allowedTools: ["mcp__longhand"], // all of them; leave it out to be asked by canUseTool
  disallowedTools: ["Bash"], // or the model has two ways to run a command
  ...(process.env["ANTHROPIC_API_KEY"] === undefined ? scriptedClaude() : {}),
};

for await (const message of query({ prompt, options })) {
  if (message.type !== "assistant" && message.type !== "user") continue;
  const { content } = message.message;
  for (const block of typeof content === "string" ? [] : content) {
    if (block.type === "text") console.log(`model: ${block.text}`);
    if (block.type === "tool_use") console.log(`call: ${block.name} ${JSON.stringify(block.input)}`);
    if (block.type === "tool_result") console.log(`result: ${JSON.stringify(block.content)}`);
  }
}
await rm(home, { recursive: true });

/** Without a key: Claude Code with a script for a model. It says what it read in the mail. */
function scriptedClaude(): Options {
  const run = (id: string, input: object) => ({ id, tool: "mcp__longhand__run_command", input });
  const script = [
    {
      text: "I start the tests.",
      calls: [run("toolu_1", { command: "sleep 1; echo 42 tests passed", background_after_ms: 0 })],
    },
    { text: "Meanwhile I lint.", calls: [run("toolu_2", { command: "sleep 3; echo linted" })] },
    { text: "Both went well. In my inbox lay:\n{mail}" },
  ];
  return {
    pathToClaudeCodeExecutable: new URL("support/claude-code.mjs", import.meta.url).pathname,
    // This Node.js: the first in the PATH may be an old one.
    spawnClaudeCodeProcess: ({ args, cwd, env, signal }) => spawn(process.execPath, args, { cwd, env, signal }),
    env: { ...process.env, CLAUDE_CONFIG_DIR: home, CLAUDE_SCRIPT: JSON.stringify(script) },
  };
}
