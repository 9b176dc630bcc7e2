/** OpenAI's Agents SDK, generating and streaming, with its scripted model: a script says what the model answers to each input. */
import { Agent, type AgentInputItem, type ModelRequest, Runner } from "@openai/agents";
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from "@openai/agents/testing";
import type { OpenaiAgents } from "../../src/sdk/openai-agents.ts";

/** A model's answer: a text ends the run, calls go on. Throwing is a model call that fails. */
export type Answer = string | readonly { readonly id: string; readonly name: string; readonly input: object }[];

/** One for each model call, in order. */
export type Script = readonly (Answer | (() => Answer | Promise<Answer>))[];

export interface RunOutcome {
  readonly text: string;
  readonly history: AgentInputItem[];
}

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly conversationId?: string;
}

/** What a model was asked, call by call, over all runs. */
export type Requests = ModelRequest[];

export type Run = (
  adapter: OpenaiAgents,
  input: string | AgentInputItem[],
  script: Script,
  requests?: Requests,
  options?: RunOptions,
) => Promise<RunOutcome>;

/** Traces would be sent to the provider. */
const runner = () => new Runner({ tracingDisabled: true });

/** Rejects with what a model call threw, or with the signal's reason. */
export const loops = {
  generated: async (adapter, input, script, requests = [], options = {}) => {
    const agent = agentOf(adapter, script, requests);
    const result = await runner().run(agent, input, { ...adapter.runOptions, ...options });
    return { text: String(result.finalOutput), history: result.history };
  },
  streamed: async (adapter, input, script, requests = [], options = {}) => {
    const agent = agentOf(adapter, script, requests);
    const result = await runner().run(agent, input, { ...adapter.runOptions, ...options, stream: true });
    for await (const _event of result);
    await result.completed;
    // A stream that is given up ends, and says so.
    if (result.cancelled) throw options.signal?.reason;
    return { text: String(result.finalOutput), history: result.history };
  },
} satisfies Record<string, Run>;

function agentOf({ tools }: OpenaiAgents, script: Script, requests: Requests): Agent {
  const steps = script.map((next) =>
    modelResponder(async ({ request }) => {
      requests.push(request);
      const answer = typeof next === "function" ? await next() : next;
      if (typeof answer === "string") return [assistantMessage(answer)];
      return answer.map(({ id, name, input }) => functionCall(name, { ...input }, { callId: id }));
    }),
  );
  return new Agent({ name: "tester", model: new ScriptedModel(steps), tools });
}

export function inputOf(request: ModelRequest | undefined): AgentInputItem[] {
  return typeof request?.input === "object" ? request.input : [];
}

/** The texts of the user's messages, mail among them, in order. */
export function userTexts(input: readonly AgentInputItem[]): string[] {
  return input.flatMap((item) => {
    if (!("role" in item) || item.role !== "user") return [];
    if (typeof item.content === "string") return [item.content];
    return item.content.map((part) => ("text" in part ? part.text : ""));
  });
}

/** What a call was answered with. */
export function resultOf(input: readonly AgentInputItem[], callId: string): string {
  const results = input.filter((item) => item.type === "function_call_result" && item.callId === callId);
  return JSON.stringify(results.map((item) => ("output" in item ? item.output : null)));
}
