/**
 * LangChain: the session's tools for `@langchain/core`, and its inbox as a message in the state of an agent. What it gives is both the settings
 * of a `createMiddleware` of `langchain` and the steps of a loop that is written by hand; `langchain` itself is not imported.
 */
import { type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import type { AgentSession } from "../session/agent-session.ts";
import type { Mail } from "../session/inbox.ts";
import { type AgentTool, agentTools } from "../tools/agent-tools.ts";
import { MailDelivery, type SaveMail } from "./mail-delivery.ts";
import { runTool } from "./run-tool.ts";

export interface LangchainOptions {
  /** Of the mail that one model call gets, default 2000. */
  readonly maxTokens?: number;
  /**
   * Writes the mail into your transcript, before the model sees it; acknowledged when it has resolved. When it rejects, the run does, and
   * the mail comes again. Without it: acknowledged when a state that has the mail comes to its next model call, or to its end.
   */
  readonly save?: SaveMail;
}

export interface LangchainState {
  readonly messages: readonly BaseMessage[];
}

/** One per conversation, for all of its runs, one after the other: `createMiddleware(langchain(session))`. */
export interface Langchain {
  readonly name: "longhand";
  /**
   * An answer is a `ToolMessage` with the text for the model, `artifact` for the program, and `status: "error"` where it is one. Rejects when
   * the run was given up, and, as every tool of LangChain, when the input is not what its schema says.
   */
  readonly tools: StructuredToolInterface[];
  /** The message to add to the state, whose id is the mail's: a state that keeps messages by id has it once. */
  beforeModel(state: LangchainState): Promise<{ messages: HumanMessage[] } | undefined>;
  /** To be told that the last answer was the last of the run. */
  afterAgent(state: LangchainState): Promise<undefined>;
}

export function langchain(session: AgentSession, { maxTokens = 2_000, save }: LangchainOptions = {}): Langchain {
  const delivery = new MailDelivery(session.inbox, { maxTokens, save });
  const beforeModel: Langchain["beforeModel"] = async (state) => {
    // What stands there was told by the step before, or by a run that did not come to its end.
    const mail = await delivery.next((claimed) => has(state, claimed));
    if (mail === null) return undefined;
    await delivery.give(mail);
    // No other role is taken by every model at any place; the first line says that it is no person's.
    return { messages: [new HumanMessage({ id: mail.id, content: mail.text })] };
  };
  const afterAgent: Langchain["afterAgent"] = async (state) => {
    if (delivery.unanswered !== null && has(state, delivery.unanswered)) await delivery.answered();
    return undefined;
  };
  return { name: "longhand", tools: agentTools(session).map(toolOf), beforeModel, afterAgent };
}

function has({ messages }: LangchainState, mail: Mail): boolean {
  return messages.some(({ id }) => id === mail.id);
}

function toolOf(agentTool: AgentTool): StructuredToolInterface {
  const { name, description, inputSchema: schema } = agentTool;
  return tool(
    async (input, { toolCall, signal }) => {
      const callId = toolCall?.id;
      const options = { ...(callId === undefined ? {} : { callId }), ...(signal === undefined ? {} : { signal }) };
      const { text, data, isError } = await runTool(agentTool, input, options);
      if (!isError || callId === undefined) return [text, data];
      return [new ToolMessage({ name, content: text, artifact: data, status: "error", tool_call_id: callId }), data];
    },
    // The core checks the input itself: what is wrong is for the model to read.
    { name, description, schema, responseFormat: "content_and_artifact", verboseParsingErrors: true },
  );
}
