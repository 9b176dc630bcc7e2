import { EventEmitter } from "node:events";
import type { AgentInputItem, CallModelInputFilterArgs } from "@openai/agents";
import { expect, it } from "vitest";
import { openaiAgents } from "../../../src/sdk/openai-agents.ts";
import type { AgentSession } from "../../../src/session/agent-session.ts";
import { fakeInbox } from "../../support/fake-inbox.ts";

const question: AgentInputItem = { type: "message", role: "user", content: "question" };

it("an agent is listened to once, however many model calls it makes", async () => {
  const inbox = fakeInbox("one");
  const { callModelInputFilter } = openaiAgents({ inbox } as unknown as AgentSession).runOptions;
  const agent = new EventEmitter();
  const args = { modelData: { input: [question] }, agent, context: undefined } as unknown as CallModelInputFilterArgs;
  for (let call = 0; call < 3; call++) await callModelInputFilter(args);
  expect(agent.listenerCount("agent_end")).toBe(1);
  expect(inbox.acked).toEqual([]);
  agent.emit("agent_end");
  expect(inbox.acked).toEqual(["one"]);
});

it("an acknowledgement that fails at the end of a run is made up for by the next call, which does not tell the mail twice", async () => {
  const inbox = fakeInbox("one");
  const { runOptions, withMail } = openaiAgents({ inbox } as unknown as AgentSession);
  const agent = new EventEmitter();
  const call = async (input: AgentInputItem[]) => {
    const args = { modelData: { input }, agent, context: undefined } as unknown as CallModelInputFilterArgs;
    return (await runOptions.callModelInputFilter(args)).input;
  };
  const asked = await call([question]);
  inbox.failures = 1;
  agent.emit("agent_end");
  const answer: AgentInputItem = {
    type: "message",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: "answer" }],
  };
  const history = withMail([question, answer]);
  expect(history).toEqual([...asked, answer]);
  expect(await call([...history, question])).toEqual([...history, question]);
  expect(inbox.acked).toEqual(["one"]);
});
