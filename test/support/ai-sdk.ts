/** The AI SDK in both majors, generating and streaming, with its mock models: a script says what the model answers to each input. */
import {
  generateText as generateText7,
  isStepCount,
  type ModelMessage as ModelMessage7,
  streamText as streamText7,
  ToolLoopAgent as ToolLoopAgent7,
} from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import {
  generateText as generateText6,
  type ModelMessage as ModelMessage6,
  stepCountIs,
  streamText as streamText6,
  ToolLoopAgent as ToolLoopAgent6,
} from "ai-v6";
import { MockLanguageModelV3 } from "ai-v6/test";
import type { AiSdk } from "../../src/sdk/ai-sdk.ts";
import type { AnyMessage, MailMessage } from "../../src/sdk/placed-mail.ts";

/** A model's answer: a text ends the run, calls go on, an error breaks a stream that has begun. Throwing is a model call that fails. */
export type Answer = string | Error | readonly { readonly id: string; readonly name: string; readonly input: object }[];

/** One for each model input, in order. */
export type Script = readonly ((input: readonly AnyMessage[]) => Answer | Promise<Answer>)[];

export interface Conversation {
  readonly history: readonly AnyMessage[];
  say(text: string): void;
  /** The model's last text. Rejects with what a model call threw, or with the signal's reason. Only a run that succeeds enters the history. */
  run(script: Script, signal?: AbortSignal): Promise<string>;
}

export interface ConversationOptions {
  /** Whether the mail enters the history with the messages of the run, or else by somebody's `save`. */
  readonly withMail?: boolean;
}

export type Converse = (adapter: AiSdk, options?: ConversationOptions) => Conversation;

/** Models are called once: a script has no answer for a retry. */
const maxRetries = 0;
const maxSteps = 10;

export const loops: Readonly<Record<string, Converse>> = {
  "ai 6 generateText": conversation<ModelMessage6>(async (hooks, { script, messages, ...signal }) => {
    const model = new MockLanguageModelV3(scripted(script));
    const stopWhen = stepCountIs(maxSteps);
    const { text, response } = await generateText6({ model, ...hooks, messages, stopWhen, maxRetries, ...signal });
    return { text, made: response.messages };
  }),
  "ai 6 streamText": conversation<ModelMessage6>(async (hooks, { script, messages, ...signal }) => {
    const model = new MockLanguageModelV3(scripted(script));
    const stopWhen = stepCountIs(maxSteps);
    const end = streamEnd(signal);
    const on = { ...hooks, ...end.callbacks };
    const result = streamText6({ model, ...on, messages, stopWhen, maxRetries, ...signal });
    await result.consumeStream({ onError: () => null });
    end.throwIfFailed();
    return { text: await result.text, made: (await result.response).messages };
  }),
  "ai 6 ToolLoopAgent": conversation<ModelMessage6>(async (hooks, { script, messages, ...signal }) => {
    const agent = new ToolLoopAgent6({ model: new MockLanguageModelV3(scripted(script)), ...hooks, maxRetries });
    const { text, response } = await agent.generate({ messages, ...signal });
    return { text, made: response.messages };
  }),
  "ai 7 generateText": conversation<ModelMessage7>(async (hooks, { script, messages, ...signal }) => {
    const model = new MockLanguageModelV4(scripted(script));
    const stopWhen = isStepCount(maxSteps);
    const result = await generateText7({ model, ...hooks, messages, stopWhen, maxRetries, ...signal });
    return { text: result.text, made: result.responseMessages };
  }),
  "ai 7 streamText": conversation<ModelMessage7>(async (hooks, { script, messages, ...signal }) => {
    const model = new MockLanguageModelV4(scripted(script));
    const stopWhen = isStepCount(maxSteps);
    const end = streamEnd(signal);
    const on = { ...hooks, ...end.callbacks };
    const result = streamText7({ model, ...on, messages, stopWhen, maxRetries, ...signal });
    await result.consumeStream({ onError: () => null });
    end.throwIfFailed();
    return { text: await result.text, made: await result.responseMessages };
  }),
  "ai 7 ToolLoopAgent": conversation<ModelMessage7>(async (hooks, { script, messages, ...signal }) => {
    const agent = new ToolLoopAgent7({ model: new MockLanguageModelV4(scripted(script)), ...hooks, maxRetries });
    const { text, responseMessages } = await agent.generate({ messages, ...signal });
    return { text, made: responseMessages };
  }),
};

type Hooks = Pick<AiSdk, "tools" | "prepareStep" | "onStepFinish">;

interface RunSettings<Message> {
  readonly script: Script;
  readonly messages: (Message | MailMessage)[];
  readonly abortSignal?: AbortSignal;
}

function conversation<Message extends AnyMessage>(
  loop: (hooks: Hooks, settings: RunSettings<Message>) => Promise<{ text: string; made: Message[] }>,
): Converse {
  return ({ tools, prepareStep, onStepFinish, withMail }, options = {}) => {
    const history: (Message | MailMessage)[] = [];
    return {
      history,
      say: (content) => void history.push({ role: "user", content }),
      run: async (script, signal) => {
        const abort = signal === undefined ? {} : { abortSignal: signal };
        const settings = { script, messages: [...history], ...abort };
        const { text, made } = await loop({ tools, prepareStep, onStepFinish }, settings);
        history.push(...(options.withMail === false ? made : withMail(made)));
        return text;
      },
    };
  };
}

/** A stream says by callbacks how it ended. */
function streamEnd({ abortSignal }: { readonly abortSignal?: AbortSignal }) {
  const errors: unknown[] = [];
  return {
    callbacks: {
      onError: ({ error }: { error: unknown }) => void errors.push(error),
      onAbort: () => void errors.push(abortSignal?.reason),
    },
    throwIfFailed: () => {
      if (errors.length > 0) throw errors[0];
    },
  };
}

interface ModelCall {
  readonly prompt: readonly AnyMessage[];
  readonly abortSignal?: AbortSignal | undefined;
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};

/** What a mock model of either major is made of. */
export function scripted(script: Script) {
  let calls = 0;
  const answer = async ({ prompt, abortSignal }: ModelCall) => {
    abortSignal?.throwIfAborted();
    const next = script[calls];
    calls += 1;
    if (next === undefined) throw new Error(`the script has no answer number ${calls}`);
    const given = await next(prompt);
    const unified = reasonOf(given);
    return { content: partsOf(given), finishReason: { unified, raw: unified } };
  };
  return {
    doGenerate: async (call: ModelCall) => {
      const { content, finishReason } = await answer(call);
      const whole = content.flatMap((part) => (part.type === "error" ? [] : [part]));
      if (whole.length < content.length) throw new Error("broken");
      return { content: whole, finishReason, usage, warnings: [] };
    },
    doStream: async (call: ModelCall) => {
      const { content, finishReason } = await answer(call);
      const stream = convertArrayToReadableStream([
        { type: "stream-start" as const, warnings: [] },
        ...content.flatMap<StreamPart>((part) => (part.type === "text" ? streamed(part.text) : [part])),
        { type: "finish" as const, finishReason, usage },
      ]);
      return { stream };
    },
  };
}

function reasonOf(given: Answer): "stop" | "error" | "tool-calls" {
  if (given instanceof Error) return "error";
  return typeof given === "string" ? "stop" : "tool-calls";
}

type Part =
  | { type: "text"; text: string }
  | { type: "tool-call"; toolCallId: string; toolName: string; input: string }
  | { type: "error"; error: Error };

function partsOf(given: Answer): Part[] {
  if (typeof given === "string") return [{ type: "text", text: given }];
  if (given instanceof Error) return [{ type: "error", error: given }];
  return given.map(({ id, name, input }) => ({
    type: "tool-call",
    toolCallId: id,
    toolName: name,
    input: JSON.stringify(input),
  }));
}

type StreamPart =
  | Exclude<Part, { type: "text" }>
  | { type: "text-start" | "text-end"; id: string }
  | { type: "text-delta"; id: string; delta: string };

function streamed(delta: string): StreamPart[] {
  const id = "t";
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta },
    { type: "text-end", id },
  ];
}
