import { describe, expect, it } from "vitest";
import { aiSdk } from "../../../src/sdk/ai-sdk.ts";
import type { AgentSession } from "../../../src/session/agent-session.ts";
import type { Mail } from "../../../src/session/inbox.ts";

const question = { role: "user", content: "question" };
const step = (finishReason: string, messages: readonly unknown[] = []) => ({ finishReason, response: { messages } });

/** An inbox with one mail, whose acknowledgement fails as often as it is told. */
function inboxWith(text: string, { failures = 0 } = {}) {
  let claims = 0;
  let left = failures;
  const inbox = {
    acks: 0,
    async claim(): Promise<Mail | null> {
      if (inbox.acks > 0) return null;
      claims += 1;
      return { id: "clm_1", text, messages: [], redelivered: claims > 1, ack, release: async () => true };
    },
  };
  const ack = async () => {
    left -= 1;
    if (left >= 0) throw new Error("the store is busy");
    inbox.acks += 1;
    return true;
  };
  return { inbox, session: { inbox } as unknown as AgentSession };
}

describe("the end of a step that had the mail", () => {
  it.each(["stop", "tool-calls", "length", "content-filter", "other"])("%s: the model has answered", async (reason) => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step(reason));
    await onStepFinish(step(reason));
    expect(inbox.acks).toBe(1);
  });

  it.each(["error", "interrupted"])("%s: it has not, and the history does not get the mail", async (reason) => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep, onStepFinish, withMail } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await onStepFinish(step(reason));
    expect(inbox.acks).toBe(0);
    expect(withMail([{ role: "assistant", content: "I" }])).toHaveLength(1);
    const again = await prepareStep({ messages: [question], steps: [] });
    expect(again?.messages).toEqual([question, { role: "user", content: "mail" }]);
  });

  it("a loop without the hook acknowledges with its next step", async () => {
    const { inbox, session } = inboxWith("mail");
    const { prepareStep } = aiSdk(session);
    await prepareStep({ messages: [question], steps: [] });
    await prepareStep({ messages: [question], steps: [step("tool-calls")] });
    expect(inbox.acks).toBe(1);
  });
});

describe("an acknowledgement that fails", () => {
  it("is made up for by the next step; the mail stands where it stood", async () => {
    const { inbox, session } = inboxWith("mail", { failures: 1 });
    const { prepareStep, onStepFinish } = aiSdk(session);
    const first = await prepareStep({ messages: [question], steps: [] });
    await expect(onStepFinish(step("tool-calls"))).rejects.toThrow("busy");
    const call = { role: "assistant", content: "call" };
    const second = await prepareStep({ messages: [question, call], steps: [step("tool-calls", [call])] });
    expect(inbox.acks).toBe(1);
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
    expect(inbox.acks).toBe(1);
  });

  it("after a save whose transcript the run does not have: it is told, and not written again", async () => {
    const { session } = inboxWith("mail", { failures: 1 });
    const saved: string[] = [];
    const { prepareStep } = aiSdk(session, { save: ({ id }) => void saved.push(id) });
    const run = () => prepareStep({ messages: [question], steps: [] });
    await expect(run()).rejects.toThrow("busy");
    expect((await run())?.messages).toHaveLength(2);
    expect(saved).toEqual(["clm_1"]);
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
