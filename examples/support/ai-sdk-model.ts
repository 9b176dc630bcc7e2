/** A model for the AI SDK that follows a script, so that the example runs without a key. */
import { MockLanguageModelV4 } from "ai/test";

/** Either what it says, where `{mail}` stands for the newest message that it was given, or the command that it runs. */
export type Scripted =
  | { readonly say: string }
  | { readonly run: { readonly command: string; readonly [name: string]: unknown } };

export function scriptedModel(script: readonly Scripted[]): MockLanguageModelV4 {
  let answers = 0;
  const doGenerate: MockLanguageModelV4["doGenerate"] = async ({ prompt }) => {
    const next = script[answers] ?? { say: "I have nothing more to say." };
    answers += 1;
    if ("say" in next) return answer("stop", { type: "text", text: next.say.replace("{mail}", newestText(prompt)) });
    const input = JSON.stringify(next.run);
    return answer("tool-calls", { type: "tool-call", toolCallId: `call-${answers}`, toolName: "run_command", input });
  };
  return new MockLanguageModelV4({ doGenerate });
}

type Part = { type: "text"; text: string } | { type: "tool-call"; toolCallId: string; toolName: string; input: string };

function answer(reason: "stop" | "tool-calls", part: Part) {
  const input = { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 };
  const usage = { inputTokens: input, outputTokens: { total: 1, text: 1, reasoning: 0 } };
  return { content: [part], finishReason: { unified: reason, raw: reason }, usage, warnings: [] };
}

function newestText(prompt: readonly { readonly content: unknown }[]): string {
  const content = prompt.at(-1)?.content;
  const [part]: { text?: string }[] = Array.isArray(content) ? content : [];
  return part?.text ?? "";
}
