/** What programs around the AI SDK do with the adapter: chat interfaces, hooks of their own beside ours. */
import * as ai7 from "ai";
import { MockLanguageModelV4 } from "ai/test";
import * as ai6 from "ai-v6";
import { MockLanguageModelV3 } from "ai-v6/test";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { aiSdk } from "../../../src/sdk/ai-sdk.ts";
import { type Script, scripted } from "../../support/ai-sdk.ts";
import { eventually } from "../../support/eventually.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const script: Script = [
  () => [
    { id: "good", name: "run_command", input: { command: "echo printed" } },
    { id: "bad", name: "run_command", input: { argv: ["no-such-program"] } },
  ],
  () => "done",
];

describe("a chat interface gets the data, and the model the text, also when the chat is read back", () => {
  it("ai 6", async () => {
    await using at = await testRuntime();
    const { tools, prepareStep, onStepFinish } = aiSdk(at.session);
    const model = new MockLanguageModelV3(scripted(script));
    const stopWhen = ai6.stepCountIs(5);
    const result = ai6.streamText({ model, prompt: "go", tools, prepareStep, onStepFinish, stopWhen });
    const messages = await last(ai6.readUIMessageStream({ stream: result.toUIMessageStream() }));
    expectToolParts(messages.parts);
    expectModelTexts(await ai6.convertToModelMessages([messages], { tools }));
  });

  it("ai 7", async () => {
    await using at = await testRuntime();
    const { tools, prepareStep, onStepFinish } = aiSdk(at.session);
    const model = new MockLanguageModelV4(scripted(script));
    const stopWhen = ai7.isStepCount(5);
    const result = ai7.streamText({ model, prompt: "go", tools, prepareStep, onStepFinish, stopWhen });
    const messages = await last(ai7.readUIMessageStream({ stream: result.toUIMessageStream() }));
    expectToolParts(messages.parts);
    expectModelTexts(await ai7.convertToModelMessages([messages], { tools }));
  });
});

describe("tools and hooks of one's own", () => {
  const quiet: Script = [() => "none of my business"];

  it("ai 6: a prepareStep adds to ours", async () => {
    await using at = await testRuntime();
    const { tools, prepareStep, onStepFinish } = aiSdk(at.session);
    await mailIn(at);
    const model = new MockLanguageModelV3(scripted(quiet));
    await ai6.generateText({
      model,
      prompt: "go",
      tools: {
        ...tools,
        mine6: ai6.tool({ inputSchema: z.object({ n: z.number() }), execute: async ({ n }) => n + 1 }),
      },
      prepareStep: async (step) => ({ ...(await prepareStep(step)), toolChoice: "none" }),
      onStepFinish: async (step) => {
        await onStepFinish(step);
      },
    });
    expect(model.doGenerateCalls[0]).toMatchObject({ toolChoice: { type: "none" } });
    expect(JSON.stringify(model.doGenerateCalls[0]?.prompt)).toContain("background event");
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("ai 7: a prepareStep adds to ours, and onStepEnd takes our onStepFinish", async () => {
    await using at = await testRuntime();
    const { tools, prepareStep, onStepFinish } = aiSdk(at.session);
    await mailIn(at);
    const model = new MockLanguageModelV4(scripted(quiet));
    await ai7.generateText({
      model,
      prompt: "go",
      tools: {
        ...tools,
        mine7: ai7.tool({ inputSchema: z.object({ n: z.number() }), execute: async ({ n }) => n + 1 }),
      },
      prepareStep: async (step) => ({ ...(await prepareStep(step)), toolChoice: "none" }),
      onStepEnd: onStepFinish,
    });
    expect(model.doGenerateCalls[0]).toMatchObject({ toolChoice: { type: "none" } });
    expect(JSON.stringify(model.doGenerateCalls[0]?.prompt)).toContain("background event");
    expect(await at.session.inbox.claim()).toBeNull();
  });
});

it("ai 7: the timeout of one tool is no abort of the run, and the mail of that step was read", async () => {
  await using at = await testRuntime();
  const { tools, prepareStep, onStepFinish } = aiSdk(at.session);
  await mailIn(at);
  const model = new MockLanguageModelV4(
    scripted([() => [{ id: "slow", name: "run_command", input: { command: "sleep 60" } }], () => "too slow"]),
  );
  const stopWhen = ai7.isStepCount(5);
  const settings = { model, prompt: "go", tools, prepareStep, onStepFinish, stopWhen };
  const { text } = await ai7.generateText({ ...settings, timeout: { toolMs: 100 } });
  expect(text).toBe("too slow");
  expect(JSON.stringify(model.doGenerateCalls[1]?.prompt)).toMatch(/background event.*"error-text"/);
  await eventually(() => at.session.live().length === 0);
  expect(await at.session.inbox.claim()).toBeNull();
});

async function mailIn({ session }: Awaited<ReturnType<typeof testRuntime>>): Promise<void> {
  await session.call("run_command", { command: "echo built", background: true });
  await eventually(() => session.inbox.pending > 0);
}

async function last<T>(all: AsyncIterable<T>): Promise<T> {
  let newest: T | undefined;
  for await (const each of all) newest = each;
  if (newest === undefined) throw new Error("the stream was empty");
  return newest;
}

function expectToolParts(parts: readonly object[]): void {
  const tools = parts.filter((part) => "toolCallId" in part);
  expect(tools).toMatchObject([
    { toolCallId: "good", state: "output-available", output: { isError: false, data: { exit_code: 0 } } },
    {
      toolCallId: "bad",
      state: "output-available",
      output: { isError: true, data: { error: { kind: "spawn_failed" } } },
    },
  ]);
}

function expectModelTexts(messages: readonly { readonly role: string; readonly content: unknown }[]): void {
  const [results] = messages.filter(({ role }) => role === "tool");
  expect(results?.content).toMatchObject([
    { toolCallId: "good", output: { type: "text", value: expect.stringMatching(/^\[exit 0 · [\s\S]*\nprinted\n/) } },
    { toolCallId: "bad", output: { type: "error-text", value: expect.stringMatching(/^\[error spawn_failed\]/) } },
  ]);
}
