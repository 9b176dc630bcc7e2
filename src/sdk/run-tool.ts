/** One call of an agent's tool from within a framework, whose signal stands for the whole run. */
import type { AgentCallOptions } from "../session/agent-session.ts";
import type { AgentTool, AgentToolResult } from "../tools/agent-tools.ts";

/**
 * A call that was cancelled by itself resolves like any other, and the run goes on. Rejects with the signal's reason when the whole run was
 * cancelled: then nobody reads the answer.
 */
export async function runTool(tool: AgentTool, input: unknown, options: AgentCallOptions): Promise<AgentToolResult> {
  const result = await tool.execute(input, options);
  options.signal?.throwIfAborted();
  return result;
}
