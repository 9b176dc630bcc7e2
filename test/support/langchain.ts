/** LangChain with its fake model, as an agent of `langchain` and as a loop by hand over its core: a script says what the model answers. */
import { AIMessage, type BaseMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { FakeBuiltModel } from "@langchain/core/testing";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { createAgent, createMiddleware } from "langchain";
import type { Langchain } from "../../src/sdk/langchain.ts";

/** A model's answer: a text ends the run, calls go on, an error is a model call that fails. */
export type Answer = string | Error | readonly { readonly id: string; readonly name: string; readonly input: object }[];

/** One for each model call, in order. */
export type Script = readonly Answer[];

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Of the user, besides the session's. */
  readonly tools?: readonly StructuredToolInterface[];
  /** What the model was given, call by call, over all runs. */
  readonly inputs?: BaseMessage[][];
}

/** All messages of the run, those it began with first. Rejects with what a model call threw, or with the signal's reason. */
export type Run = (
  adapter: Langchain,
  messages: readonly BaseMessage[],
  script: Script,
  options?: RunOptions,
) => Promise<BaseMessage[]>;

export const loops: Readonly<Record<string, Run>> = {
  createAgent: async (adapter, messages, script, { signal, tools = [], inputs } = {}) => {
    const model = modelOf(script, inputs);
    const agent = createAgent({ model, tools: [...tools], middleware: [createMiddleware(adapter)] });
    const result = await agent.invoke({ messages: [...messages] }, signal === undefined ? {} : { signal });
    return result.messages;
  },
  "a loop by hand": async (adapter, given, script, { signal, tools = [], inputs } = {}) => {
    const all = [...adapter.tools, ...tools];
    const model = modelOf(script, inputs).bindTools([]);
    const options = signal === undefined ? {} : { signal };
    const messages = [...given];
    for (;;) {
      messages.push(...((await adapter.beforeModel({ messages }))?.messages ?? []));
      const answer = await model.invoke([...messages], options);
      messages.push(answer);
      const calls = answer.tool_calls ?? [];
      if (calls.length === 0) {
        await adapter.afterAgent({ messages });
        return messages;
      }
      const results = calls.map(async (call) => {
        const tool = all.find(({ name }) => name === call.name);
        return (await tool?.invoke({ ...call, type: "tool_call" }, options)) as ToolMessage;
      });
      messages.push(...(await Promise.all(results)));
    }
  },
};

/** The fake model of LangChain itself, its calls noted as they are begun. */
export function modelOf(script: Script, inputs: BaseMessage[][] = []): FakeBuiltModel {
  const model = new FakeBuiltModel();
  for (const answer of script) {
    model.respond((messages) => {
      inputs.push([...messages]);
      if (typeof answer === "string") return new AIMessage(answer);
      if (answer instanceof Error) return answer;
      const calls = answer.map(({ id, name, input }) => ({ id, name, args: { ...input }, type: "tool_call" as const }));
      return new AIMessage({ content: "", tool_calls: calls });
    });
  }
  return model;
}

/** The messages of people, mail among them, in order. */
export function userTexts(messages: readonly BaseMessage[]): string[] {
  return messages.filter((message) => HumanMessage.isInstance(message)).map(({ text }) => text);
}

/** What a call was answered with. */
export function resultOf(messages: readonly BaseMessage[], callId: string): ToolMessage {
  const results = messages.filter((message) => ToolMessage.isInstance(message));
  const result = results.find(({ tool_call_id }) => tool_call_id === callId);
  if (result === undefined) throw new Error(`${callId} was not answered`);
  return result;
}
