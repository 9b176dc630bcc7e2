/** OpenAI's Agents SDK (`@openai/agents` 0.20): the session's tools, and its inbox as a message in the input of the model. */
import {
  type AgentInputItem,
  type CallModelInputFilter,
  type Session,
  type Tool,
  type ToolInputParameters,
  tool,
} from "@openai/agents";
import type { AgentSession } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";
import { type AgentTool, agentTools } from "../tools/agent-tools.ts";
import type { SaveMail } from "./mail-delivery.ts";
import { OpenaiDelivery } from "./openai-delivery.ts";
import { mailItem } from "./openai-input.ts";
import { withoutCopies } from "./openai-memory.ts";
import { runTool } from "./run-tool.ts";

export interface OpenaiAgentsOptions {
  /** Of the mail that one model call gets, default 2000. */
  readonly maxTokens?: number;
  /**
   * Writes the mail into your transcript, before the model sees it; acknowledged when it has resolved. When it rejects, the run does, and
   * the mail comes again. Without it and without `memory`: acknowledged when the model has answered the call that had the mail.
   */
  readonly save?: SaveMail;
  /**
   * The SDK's own session of this conversation. Mail is written into it before the model sees it, and acknowledged then: it outlives the process,
   * where the SDK writes all else when the run ends. `run` gets it through `runOptions`.
   */
  readonly memory?: Session;
}

/** One per conversation, for all of its runs, one after the other. */
export interface OpenaiAgents {
  readonly tools: Tool[];
  /** For `run(agent, input, { ...runOptions, signal })`. Without `signal` the SDK gives none to the tools, and they outlast the run. */
  readonly runOptions: { readonly callModelInputFilter: CallModelInputFilter; readonly session?: Session };
  /** `result.history` with its mail where the model saw it: what goes into a history of your own, if neither `save` nor `memory` writes it. */
  withMail(history: readonly AgentInputItem[]): AgentInputItem[];
}

export function openaiAgents(session: AgentSession, options: OpenaiAgentsOptions = {}): OpenaiAgents {
  const { maxTokens = 2_000, save, memory } = options;
  const keep = async (mail: Mail): Promise<void> => {
    await save?.(mail);
    await memory?.addItems([mailItem(mail.text)]);
  };
  const isKept = save !== undefined || memory !== undefined;
  const delivery = new OpenaiDelivery(session.inbox, { maxTokens, save: isKept ? keep : undefined });
  const callModelInputFilter: CallModelInputFilter = async ({ modelData, agent }) => {
    // No other call tells of the run's last answer.
    agent.off("agent_end", delivery.onAnswer);
    agent.on("agent_end", delivery.onAnswer);
    return { ...modelData, input: await delivery.input(modelData.input) };
  };
  const memoryOptions = memory === undefined ? {} : { session: withoutCopies(memory, (item) => delivery.has(item)) };
  return {
    tools: agentTools(session).map(toolOf),
    runOptions: { callModelInputFilter, ...memoryOptions },
    withMail: (history) => delivery.withMail(history),
  };
}

type LooseParameters = Extract<ToolInputParameters, { additionalProperties: true }>;

/** Not strict: that would have every field required. What is wrong with an input, the tool itself says best. */
function toolOf(agentTool: AgentTool): Tool {
  return tool({
    name: agentTool.name,
    description: agentTool.description,
    parameters: agentTool.inputSchema as unknown as LooseParameters,
    strict: false,
    // It rejects when the run is given up, and that is no text for the model.
    errorFunction: null,
    execute: async (input, _context, { toolCall, signal } = {}) => {
      const callId = toolCall?.callId;
      const options = { ...(callId === undefined ? {} : { callId }), ...(signal === undefined ? {} : { signal }) };
      return (await runTool(agentTool, input, options)).text;
    },
  });
}
