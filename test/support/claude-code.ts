/** The real Claude Agent SDK on a Claude Code whose model is a script: what the model saw and what the run gave back. */
import { spawn } from "node:child_process";
import { type Options, type Query, query, type SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import type { ClaudeAgentSdk } from "../../src/sdk/claude-agent-sdk.ts";

export interface ScriptedStep {
  readonly text?: string;
  readonly calls?: readonly { readonly id: string; readonly tool: string; readonly input: object }[];
  readonly fail?: true;
}

interface ModelMessage {
  readonly role: string;
  readonly content: unknown;
}

export interface ClaudeRun {
  readonly query: Query;
  readonly abort: AbortController;
  /** What the model was given, step by step. Grows while the run goes on. */
  readonly inputs: ModelMessage[][];
  readonly messages: { readonly type: string; readonly subtype?: string; readonly session_id?: string }[];
  /** Rejects as the run does. */
  readonly ended: Promise<void>;
}

/** A call of one of our tools, by its own name. */
export const call = (id: string, tool: string, input: object) => ({ id, tool: `mcp__longhand__${tool}`, input });

export function runClaude(
  prompt: string | AsyncIterable<SDKUserMessage>,
  adapter: ClaudeAgentSdk,
  options: Options & { readonly home: string; readonly script: readonly ScriptedStep[] },
): ClaudeRun {
  const { home, script, ...rest } = options;
  const abort = new AbortController();
  const running = query({
    prompt,
    options: {
      pathToClaudeCodeExecutable: "examples/support/claude-code.mjs",
      spawnClaudeCodeProcess: ({ args, cwd, env, signal }) => spawn(process.execPath, args, { cwd, env, signal }),
      env: { ...process.env, CLAUDE_CONFIG_DIR: home, CLAUDE_SCRIPT: JSON.stringify(script) },
      allowedTools: ["mcp__longhand"],
      abortController: abort,
      ...adapter,
      ...rest,
    },
  });
  const inputs: ModelMessage[][] = [];
  const messages: ClaudeRun["messages"] = [];
  const read = async (): Promise<void> => {
    for await (const message of running) {
      const { subtype } = message as { subtype?: string };
      if (subtype === "model_input") inputs.push((message as unknown as { messages: ModelMessage[] }).messages);
      messages.push(message as ClaudeRun["messages"][number]);
    }
  };
  const ended = read();
  ended.catch(() => undefined);
  return { query: running, abort, inputs, messages, ended };
}

/** How often a text stands in what the model was given last. */
export function countIn(messages: readonly ModelMessage[] | undefined, text: string): number {
  return JSON.stringify(messages ?? []).split(text).length - 1;
}

/** The result of a call as the model saw it. */
export function resultOf(messages: readonly ModelMessage[] | undefined, callId: string): unknown {
  const blocks = (messages ?? []).flatMap(({ content }) => (Array.isArray(content) ? (content as object[]) : []));
  return blocks.find((block) => "tool_use_id" in block && block.tool_use_id === callId);
}
