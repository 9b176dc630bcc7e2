import { describe, expect, it } from "vitest";
import { aiSdk } from "../../../src/sdk/ai-sdk.ts";
import type { AgentSession } from "../../../src/session/agent-session.ts";
import { fakeInbox } from "../../support/fake-inbox.ts";

const question = { role: "user", content: "question" };
const step = (finishReason: string, messages: readonly unknown[] = []) => ({ finishReason, response: { messages } });

function inboxWith(text: string, { failures = 0 } = {}) {
  const inbox = fakeInbox(text);
  inbox.failures = failures;
  return { inbox, session: { inbox } as unknown as AgentSession };
}

describe("the end of a step that had the mail", () => {
  it.each(["stop", "length", "content-filter", "other"])("%s: the model has answered", async (reason) => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step(reason));
    await onStepFinish(step(reason));
    expect(inbox.acked).toEqual(["mail"]);
  });

  it.each(["error", "interrupted"])("%s: it has not, and the history does not get the mail", async (reason) => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish, withMail } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step(reason));
    expect(inbox.acked).toEqual([]);
    expect(withMail([{ role: "assistant", content: "I" }])).toHaveLength(1);
    const again = await prepareStep({ messages: [question], steps: [] });
    expect(again?.messages).toEqual([question, { role: "user", content: "mail" }]);
  });

  it.each([
    ["tool-calls", []],
    ["stop", [{ toolCallId: "c1" }]],
  ])(
    "%s, with tools: it has when the run goes on; one that was aborted is thrown away",
    async (finishReason, toolCalls) => {
      const { inbox, session } = inboxWith("mail");
      const { prepareStep, onStepFinish } = aiSdk(session);
      await prepareStep({ messages: [question], steps: [] });
      await onStepFinish({ finishReason, toolCalls });
      expect(inbox.acked).toEqual([]);
      const call = { role: "assistant", content: "call" };
      await prepareStep({ messages: [question, call], steps: [step(finishReason, [call])] });
      expect(inbox.acked).toEqual(["mail"]);
    },
  );

  it("a run that ends with tools, where it was told to stop, has told its mail to whoever keeps its messages", async () => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish, withMail } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step("tool-calls"));
    const history = [question, ...withMail([{ role: "assistant", content: "call" }])];
    expect(history.map(({ content }) => content)).toEqual(["question", "mail", "call"]);
    expect(await prepareStep({ messages: history, steps: [] })).toBeUndefined();
    expect(inbox.acked).toEqual(["mail"]);
  });

  it("a run whose later step fails has told the mail of the earlier ones alone", async () => {
    const inbox = fakeInbox("first", "second");
    const { prepareStep, withMail } = aiSdk({ inbox } as unknown as AgentSession);
    await prepareStep({ messages: [question], steps: [] });
    const call = { role: "assistant", content: "call" };
    await prepareStep({ messages: [question, call], steps: [step("tool-calls", [call])] });
    expect(withMail([call]).map(({ content }) => content)).toEqual(["first", "call"]);
    expect(inbox.acked).toEqual(["first"]);
  });

  it("a run that goes on after a step that was interrupted has its mail once, until one has an answer", async () => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish, withMail } = aiSdk(session);
    const first = await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step("interrupted"));
    expect(await prepareStep({ messages: [question], steps: [step("interrupted")] })).toEqual(first);
    expect(inbox.acked).toEqual([]);
    await onStepFinish(step("stop"));
    expect(withMail([{ role: "assistant", content: "done" }])).toHaveLength(2);
    expect(inbox.acked).toEqual(["mail"]);
  });

  it("a loop without the hook acknowledges with its next step", async () => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await prepareStep({ messages: [question], steps: [step("tool-calls")] });
    expect(inbox.acked).toEqual(["mail"]);
  });
});

describe("an acknowledgement that fails", () => {
  it("is made up for by the next step; the mail stands where it stood", async () => {
    const { inbox, session } = inboxWith("mail", { failures: 1 });
    const { prepareStep, onStepFinish } = aiSdk(session);
    const first = await prepareStep({ messages: [question], steps: [] });
    await expect(onStepFinish(step("other"))).rejects.toThrow("busy");
    const call = { role: "assistant", content: "call" };
    const second = await prepareStep({ messages: [question, call], steps: [step("other", [call])] });
    expect(inbox.acked).toEqual(["mail"]);
    expect(second?.messages).toEqual([...(first?.messages ?? []), call]);
  });

  it("after a save: the mail is neither written again nor told again", async () => {
    const { inbox, session } = inboxWith("mail", { failures: 1 });
    const transcript: object[] = [question];
    const { prepareStep } = aiSdk(session, {
      save: ({ text }) => void transcript.push({ role: "user", content: text }),
    });
    const run = () => prepareStep({ messages: [...transcript] as (typeof question)[], steps: [] });
    await expect(run()).rejects.toThrow("busy");
    expect(await run()).toBeUndefined();
    expect(transcript).toHaveLength(2);
    expect(inbox.acked).toEqual(["mail"]);
  });

  it("after a save whose transcript the run does not have: it is told, and not written again", async () => {
    const { session } = inboxWith("mail", { failures: 1 });
    const saved: string[] = [];
    const { prepareStep } = aiSdk(session, { save: ({ id }) => void saved.push(id) });
    const run = () => prepareStep({ messages: [question], steps: [] });
    await expect(run()).rejects.toThrow("busy");
    expect((await run())?.messages).toHaveLength(2);
    expect(saved).toEqual(["mail"]);
  });
});

it("the mail of one step is bounded", async () => {
  const bounds: unknown[] = [];
  const claim = async (options: unknown) => {
    bounds.push(options);
    return null;
  };
  const session = { inbox: { claim } } as unknown as AgentSession;
  expect(await aiSdk(session).prepareStep({ messages: [question], steps: [] })).toBeUndefined();
  await aiSdk(session, { maxTokens: 500 }).prepareStep({ messages: [question], steps: [] });
  expect(bounds).toEqual([{ maxTokens: 2_000 }, { maxTokens: 500 }]);
});

it("a mail that is told for the first time is told, whatever stands in the history", async () => {
  const { session } = inboxWith("mail");
  const { prepareStep } = aiSdk(session);
  const messages = [question, { role: "user", content: "mail" }, { role: "assistant", content: "seen" }];
  const prepared = await prepareStep({ messages, steps: [] });
  expect(prepared?.messages).toHaveLength(4);
});

it("the AI SDK may write into a schema: the next one who asks gets it as it was", () => {
  const { tools } = aiSdk({} as AgentSession);
  const schema = tools["run_command"]?.inputSchema["~standard"];
  Object.assign(schema?.jsonSchema.input() ?? {}, { properties: {} });
  expect(schema?.jsonSchema.input()).toMatchObject({ type: "object", properties: { command: { type: "string" } } });
  expect(schema?.jsonSchema.output()).toEqual(schema?.jsonSchema.input());
  expect(schema?.validate("anything")).toEqual({ value: "anything" });
});
