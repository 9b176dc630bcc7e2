/** An agent of LangChain whose state is kept: a mail is in it once, whatever came between. */
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { createAgent, createMiddleware } from "langchain";
import { describe, expect, it } from "vitest";
import { langchain } from "../../../src/sdk/langchain.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { modelOf, type Script, userTexts } from "../../support/langchain.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const thread = { configurable: { thread_id: "thread-1" } };
const saying = (text: string) => ({ messages: [new HumanMessage(text)] });
const overloaded = new Error("overloaded");

/** A person is asked before a command runs. */
const approval = createMiddleware({
  name: "approval",
  afterModel: ({ messages }) => {
    const answer = messages.at(-1);
    const calls = AIMessage.isInstance(answer) ? (answer.tool_calls ?? []) : [];
    if (calls.some(({ name }) => name === "run_command")) interrupt("may it?");
  },
});

/** An agent of a process that has just begun, on the state that the one before has kept. */
function agentOn(checkpointer: MemorySaver, session: Session, script: Script, inputs: BaseMessage[][] = []) {
  const model = modelOf(script, inputs);
  return createAgent({ model, checkpointer, middleware: [createMiddleware(langchain(session)), approval] });
}

/** Its result lies in the inbox. */
async function ran(session: Session, command: string): Promise<void> {
  await session.call("run_command", { command, background: true });
  const lies = async () => (await session.inbox.refresh()).terminal > 0;
  await eventually(lies, { what: "the result in the inbox" });
}

async function left({ inbox }: Session): Promise<number> {
  const { terminal, claimed } = await inbox.refresh();
  return terminal + claimed;
}

function mailSaying(printed: string, messages: readonly BaseMessage[]): string[] {
  return userTexts(messages).filter((text) => text.includes(`\n${printed}\n`));
}

describe("a kept state", () => {
  it("has the mail of a failed model call, whose retry sees it once and acknowledges it", async () => {
    await using at = await testRuntime();
    const saver = new MemorySaver();
    await ran(at.session, "echo kept");
    await expect(agentOn(saver, at.session, [overloaded]).invoke(saying("go"), thread)).rejects.toThrow("overloaded");
    expect(await left(at.session)).toBe(1);
    const inputs: BaseMessage[][] = [];
    const { messages } = await agentOn(saver, at.session, ["done"], inputs).invoke(saying("again"), thread);
    expect(inputs.map((input) => mailSaying("kept", input).length)).toEqual([1]);
    expect(userTexts(messages)).toEqual(["go", expect.stringContaining("\nkept\n"), "again"]);
    expect(await left(at.session)).toBe(0);
  });

  it("is gone on with where a model call has failed, and not given the mail twice", async () => {
    await using at = await testRuntime();
    const saver = new MemorySaver();
    await ran(at.session, "echo kept");
    await expect(agentOn(saver, at.session, [overloaded]).invoke(saying("go"), thread)).rejects.toThrow("overloaded");
    const look = [{ id: "call-1", name: "list_handles", input: {} }];
    const { messages } = await agentOn(saver, at.session, [look, "done"]).invoke(null, thread);
    expect(mailSaying("kept", messages)).toHaveLength(1);
    expect(messages.at(-1)?.text).toBe("done");
    expect(await left(at.session)).toBe(0);
  });

  it("that waits for a person's word has the mail once when the word has come", async () => {
    await using at = await testRuntime();
    const saver = new MemorySaver();
    await ran(at.session, "echo kept");
    const ask = [{ id: "call-1", name: "run_command", input: { command: "echo allowed" } }];
    const waiting = await agentOn(saver, at.session, [ask]).invoke(saying("go"), thread);
    expect(waiting).toHaveProperty("__interrupt__");
    expect(await left(at.session)).toBe(1);
    const inputs: BaseMessage[][] = [];
    const word = new Command({ resume: "it may" });
    const { messages } = await agentOn(saver, at.session, ["done"], inputs).invoke(word, thread);
    expect(JSON.stringify(messages)).toContain("allowed");
    expect(inputs.map((input) => mailSaying("kept", input).length)).toEqual([1]);
    expect(mailSaying("kept", messages)).toHaveLength(1);
    expect(await left(at.session)).toBe(0);
  });
});
