/** The Claude Agent SDK: the session's tools as an MCP server in this process, and its inbox by Claude Code's hooks. */
import { createSdkMcpServer, type HookCallback, type Options } from "@anthropic-ai/claude-agent-sdk";
import type { AgentSession } from "../session/agent-session.ts";
import { agentTools } from "../tools/agent-tools.ts";
import { ClaudeMail } from "./claude-mail.ts";
import type { SaveMail } from "./mail-delivery.ts";
import { runTool } from "./run-tool.ts";

export interface ClaudeAgentSdkOptions {
  /** Of the mail that one step gets, default and most 2000: of a longer one Claude Code shows the model the first 2 KB. */
  readonly maxTokens?: number;
  /**
   * Writes the mail into a transcript of yours, before the model sees it; acknowledged when it has resolved. When it rejects, the mail comes
   * again with the next step. Without it: acknowledged when the model has answered the step that had the mail and Claude Code has written
   * it into its own transcript, which is waited for a second at most.
   */
  readonly save?: SaveMail;
}

/** Spread it into the options of `query()`, and allow the tools: `allowedTools: ["mcp__longhand"]`. */
export type ClaudeAgentSdk = Required<Pick<Options, "mcpServers" | "hooks">>;

/** Where a step begins: with the user's text, with the results of all its calls, and when the model wants to end. */
type StepHook = "UserPromptSubmit" | "PostToolBatch" | "Stop";

/** Claude Code runs these at the same time as others of them; all else one after the other. */
const readOnly: readonly string[] = ["wait_command", "read_command_output", "list_handles"];

/** For one `query()`: the next one, also one that resumes the conversation, gets its own. */
export function claudeAgentSdk(session: AgentSession, options: ClaudeAgentSdkOptions = {}): ClaudeAgentSdk {
  const inbox = new ClaudeMail(session.inbox, options);
  const hook =
    (hookEventName: StepHook): HookCallback =>
    async (input, _toolUseId, { signal }) => {
      // The inbox is the main conversation's: what a subagent is told, that one never learns.
      if (input.agent_id !== undefined) return {};
      if (hookEventName !== "UserPromptSubmit") await inbox.answered(input.transcript_path);
      const mail = await inbox.next(input.transcript_path);
      if (mail === null) return {};
      // How something stands is no reason to go on.
      const isIdle = hookEventName === "Stop" && mail.messages.every(({ kind }) => kind === "tool_progress");
      if (isIdle || signal.aborted) {
        await mail.release();
        return {};
      }
      return { hookSpecificOutput: { hookEventName, additionalContext: await inbox.give(mail) } };
    };
  return {
    mcpServers: { longhand: toolServer(session) },
    hooks: {
      UserPromptSubmit: [{ hooks: [hook("UserPromptSubmit")] }],
      PostToolBatch: [{ hooks: [hook("PostToolBatch")] }],
      Stop: [{ hooks: [hook("Stop")] }],
    },
  };
}

function toolServer(session: AgentSession): ReturnType<typeof createSdkMcpServer> {
  const server = createSdkMcpServer({ name: "longhand" });
  for (const tool of agentTools(session)) {
    const { name, description, schema: inputSchema } = tool;
    const annotations = { readOnlyHint: readOnly.includes(name) };
    // Six small ones, needed from the start: not behind a search for tools.
    const _meta = { "anthropic/alwaysLoad": true };
    server.instance.registerTool(name, { description, inputSchema, annotations, _meta }, async (input, extra) => {
      // Aborted by an interrupt and by the end of the query; then nobody reads what we answer.
      const { signal, _meta: { "claudecode/toolUseId": callId } = {} } = extra;
      const result = await runTool(tool, input, { signal, ...(typeof callId === "string" ? { callId } : {}) });
      // No structuredContent: Claude Code would show the model that instead of the text.
      return { content: [{ type: "text", text: result.text }], isError: result.isError };
    });
  }
  return server;
}
