/** LangChain with the session's tools and its inbox: an agent of `langchain`, and a loop by hand over its core. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { describe, expect, it } from "vitest";
import { langchain } from "../../../src/sdk/langchain.ts";
import type { Mail } from "../../../src/session/inbox.ts";
import type { Session } from "../../../src/session/session.ts";
import { agentTools } from "../../../src/tools/agent-tools.ts";
import { eventually } from "../../support/eventually.ts";
import { loops, resultOf, userTexts } from "../../support/langchain.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const go = new HumanMessage("go");
const overloaded = new Error("overloaded");
const call = (id: string, name: string, input: object = {}) => ({ id, name, input });
const inBackground = (id: string, command: string) => call(id, "run_command", { command, background_after_ms: 0 });
const inFront = (id: string, command: string) => call(id, "run_command", { command, background_after_ms: 60_000 });

function mailSaying(printed: string, messages: readonly BaseMessage[]): string[] {
  return userTexts(messages).filter((text) => text.includes(`\n${printed}\n`));
}

async function lies({ inbox }: Session): Promise<void> {
  await eventually(async () => (await inbox.refresh()).terminal > 0, { what: "the result in the inbox" });
}

async function left({ inbox }: Session): Promise<number> {
  const { terminal, claimed } = await inbox.refresh();
  return terminal + claimed;
}

/** Its result lies in the inbox. */
async function ran(session: Session, command: string): Promise<void> {
  await session.call("run_command", { command, background: true });
  await lies(session);
}

/** A tool of the user that takes as long as a result takes to come. */
const ponder = (session: Session) =>
  tool(() => lies(session).then(() => "hm"), {
    name: "ponder",
    description: "",
    schema: { type: "object", properties: {} },
  });

describe.each(Object.entries(loops))("%s", (_name, run) => {
  it("a result that comes during a run stands in each input from then on, once; then it is acknowledged", async () => {
    await using at = await testRuntime({ injectsInbox: true });
    const inputs: BaseMessage[][] = [];
    const script = [
      [inBackground("call-1", "echo built")],
      [call("call-2", "ponder")],
      [call("call-3", "list_handles")],
      "done",
    ];
    const options = { inputs, tools: [ponder(at.session)] };
    const messages = await run(langchain(at.session), [go], script, options);
    expect(inputs.map((input) => mailSaying("built", input).length)).toEqual([0, 0, 1, 1]);
    expect(resultOf(messages, "call-1").text).toContain("the result arrives by itself");
    const mail = inputs[2]?.at(-1);
    expect(mail?.text).toMatch(/^\[1 background event · not from the user/);
    expect(messages.map(({ text }) => text)).toEqual([...(inputs[3] ?? []).map(({ text }) => text), "done"]);
    expect(await left(at.session)).toBe(0);
  });

  it("one of two calls is cancelled, the other completes, the run goes on", async () => {
    await using at = await testRuntime();
    const sign = join(at.stateDir, "sign");
    const waiting = `until [ -e ${sign} ]; do sleep 0.01; done; echo finished`;
    const both = [inFront("slow", "sleep 60"), inFront("quick", waiting)];
    const running = run(langchain(at.session), [go], [both, "went on"], { signal: new AbortController().signal });
    await eventually(() => at.session.live().length === 2, { what: "both commands" });
    const cancel = { by: "user", reason: "not needed", injectReminder: false };
    expect(await at.session.cancelCall("slow", cancel)).toBe("cancelled");
    writeFileSync(sign, "");
    const messages = await running;
    expect(messages.at(-1)?.text).toBe("went on");
    expect(resultOf(messages, "slow").text).toMatch(/cancelled.*not needed/);
    expect(resultOf(messages, "slow").status).toBe("success");
    expect(resultOf(messages, "quick").text).toContain("finished");
    expect(resultOf(messages, "quick").artifact).toMatchObject({ exit_code: 0, stdout: "finished\n" });
  });

  it("what a failed model call had comes again, and stands once", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo kept");
    const adapter = langchain(at.session);
    const inputs: BaseMessage[][] = [];
    await expect(run(adapter, [go], [overloaded], { inputs })).rejects.toThrow("overloaded");
    const again = await at.session.inbox.claim();
    expect(again).toMatchObject({ redelivered: true });
    await run(adapter, [go], ["thanks"], { inputs });
    expect(inputs.map((input) => mailSaying("kept", input))).toEqual([[again?.text], [again?.text]]);
    expect(await left(at.session)).toBe(0);
  });

  it("a run that is given up rejects, leaves nothing running, and its mail comes again", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo kept");
    const adapter = langchain(at.session);
    const abort = new AbortController();
    const running = run(adapter, [go], [[inFront("slow", "sleep 60")]], { signal: abort.signal });
    await eventually(() => at.session.live().length === 1, { what: "the command" });
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await eventually(() => at.session.live().length === 0, { what: "the end of the command" });
    expect(mailSaying("kept", await run(adapter, [go], ["thanks"]))).toHaveLength(1);
    expect(await left(at.session)).toBe(0);
  });

  it("save gets each mail once, before the model sees it, and the mail is acknowledged by it", async () => {
    await using at = await testRuntime();
    const saved: string[] = [];
    let isDown = true;
    const save = ({ text }: Mail): void => {
      if (isDown) throw new Error("disk full");
      saved.push(text);
    };
    const adapter = langchain(at.session, { save });
    await ran(at.session, "echo one");
    await expect(run(adapter, [go], ["is not asked"])).rejects.toThrow("disk full");
    expect(await at.session.inbox.refresh()).toMatchObject({ claimed: 1 });
    isDown = false;
    const inputs: BaseMessage[][] = [];
    await expect(run(adapter, [go], [overloaded], { inputs })).rejects.toThrow("overloaded");
    expect(saved).toEqual(mailSaying("one", inputs[0] ?? []));
    expect(await left(at.session)).toBe(0);
  });

  it("over several runs on one history each mail stands once, where it stood", async () => {
    await using at = await testRuntime();
    const adapter = langchain(at.session);
    let messages: BaseMessage[] = [];
    for (const name of ["one", "two"]) {
      await ran(at.session, `echo ${name}`);
      messages = await run(
        adapter,
        [...messages, new HumanMessage(`go ${name}`)],
        [[call(name, "list_handles")], "done"],
      );
      expect(await left(at.session)).toBe(0);
    }
    const order = userTexts(messages).map((text) => /go \w+|\n(one|two)\n/.exec(text)?.[0].trim());
    expect(order).toEqual(["go one", "one", "go two", "two"]);
  });

  it("what the history had before a crash, and was not acknowledged, does not come again", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo one");
    const before = (await langchain(at.session).beforeModel({ messages: [go] }))?.messages ?? [];
    const messages = await run(langchain(at.session), [go, ...before, new HumanMessage("more")], ["done"]);
    expect(mailSaying("one", messages)).toHaveLength(1);
    expect(await left(at.session)).toBe(0);
  });
});

describe("the tools", () => {
  it("reach the model as they are", async () => {
    await using at = await testRuntime();
    const functions = langchain(at.session).tools.map((made) => convertToOpenAITool(made).function);
    expect(functions).toEqual(
      agentTools(at.session).map(({ name, description, inputSchema }) => ({
        name,
        description,
        parameters: inputSchema,
      })),
    );
  });

  it("say as an error what could not be done", async () => {
    await using at = await testRuntime();
    const [runCommand] = langchain(at.session).tools;
    const nowhere = { id: "call-1", name: "run_command", args: { command: "true", cwd: "/nowhere" } };
    const answer = await runCommand?.invoke({ ...nowhere, type: "tool_call" });
    expect(answer).toMatchObject({
      status: "error",
      tool_call_id: "call-1",
      artifact: { error: { kind: "invalid_parameter" } },
    });
    expect(answer.text).toMatch(/^\[error invalid_parameter\]/);
  });

  it("answer a model that gave a wrong input with what is wrong", async () => {
    await using at = await testRuntime();
    const wrong = [call("wrong", "run_command", { comand: "true" })];
    const messages = (await loops["createAgent"]?.(langchain(at.session), [go], [wrong, "done"])) ?? [];
    expect(resultOf(messages, "wrong")).toMatchObject({ status: "error" });
    expect(resultOf(messages, "wrong").text).toContain("comand");
  });

  it("answer that an id is in flight twice", async () => {
    await using at = await testRuntime();
    const twice = [inFront("same", "sleep 0.3"), inFront("same", "sleep 0.3")];
    const messages = (await loops["a loop by hand"]?.(langchain(at.session), [go], [twice, "done"])) ?? [];
    expect(messages.filter(({ text }) => text.includes("[error conflict]"))).toHaveLength(1);
    expect(messages.at(-1)?.text).toBe("done");
  });

  it("answer a call outside of an agent with the text alone", async () => {
    await using at = await testRuntime();
    const [runCommand] = langchain(at.session).tools;
    expect(await runCommand?.invoke({ command: "echo alone" })).toContain("\nalone\n");
  });
});
