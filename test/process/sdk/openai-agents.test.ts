/** OpenAI's Agents SDK with the session's tools and its inbox, generating and streaming. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AgentInputItem, MemorySession, type Tool } from "@openai/agents";
import { describe, expect, expectTypeOf, it } from "vitest";
import { type OpenaiAgents, openaiAgents } from "../../../src/sdk/openai-agents.ts";
import type { Mail } from "../../../src/session/inbox.ts";
import type { Session } from "../../../src/session/session.ts";
import { agentTools } from "../../../src/tools/agent-tools.ts";
import { eventually } from "../../support/eventually.ts";
import { inputOf, loops, type Requests, resultOf, type Script, userTexts } from "../../support/openai-agents.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const background = (id: string, command: string) => [
  { id, name: "run_command", input: { command, background_after_ms: 0 } },
];
const look = (id: string) => [{ id, name: "list_handles", input: {} }];
const says = (content: string): AgentInputItem => ({ type: "message", role: "user", content });
const fail = (): never => {
  throw new Error("overloaded");
};

/** The texts of the user's messages that hold what a command printed. */
function mailSaying(printed: string, input: readonly AgentInputItem[]): string[] {
  return userTexts(input).filter((text) => text.includes(`\n${printed}\n`));
}

async function lies({ inbox }: Session): Promise<void> {
  await eventually(async () => (await inbox.refresh()).terminal > 0, { what: "the result in the inbox" });
}

async function isEmpty({ inbox }: Session): Promise<void> {
  const left = async () => {
    const { terminal, claimed } = await inbox.refresh();
    return terminal + claimed;
  };
  await eventually(async () => (await left()) === 0, { what: "the empty inbox" });
}

/** Its result lies in the inbox. */
async function ran(session: Session, command: string): Promise<void> {
  await session.call("run_command", { command, background: true });
  await lies(session);
}

describe.each(Object.entries(loops))("%s", (_name, run) => {
  it("a result that comes during a run is in each input from then on, once, at one place; then it is acknowledged", async () => {
    await using at = await testRuntime({ injectsInbox: true });
    const requests: Requests = [];
    const script: Script = [
      background("call-1", "echo built"),
      async () => {
        await lies(at.session);
        return look("call-2");
      },
      look("call-3"),
      "done",
    ];
    const adapter = openaiAgents(at.session);
    const { text, history } = await run(adapter, "build it", script, requests);
    expect(text).toBe("done");
    const [first = [], second = [], third = [], fourth = []] = requests.map(inputOf);
    expect([first, second, third, fourth].map((input) => mailSaying("built", input).length)).toEqual([0, 0, 1, 1]);
    expect(resultOf(second, "call-1")).toContain("the result arrives by itself");
    expect(userTexts(third).at(-1)).toMatch(/^\[1 background event · not from the user/);
    expect(fourth.slice(0, third.length)).toEqual(third);
    await isEmpty(at.session);
    expect(adapter.withMail(history).slice(0, fourth.length)).toEqual(fourth);
  });

  it("one of two calls is cancelled, the other completes, the run goes on", async () => {
    await using at = await testRuntime();
    const requests: Requests = [];
    const sign = join(at.stateDir, "sign");
    const waiting = `until [ -e ${sign} ]; do sleep 0.01; done; echo finished`;
    const both = [
      { id: "slow", name: "run_command", input: { command: "sleep 60", background_after_ms: 60_000 } },
      { id: "quick", name: "run_command", input: { command: waiting, background_after_ms: 60_000 } },
    ];
    const running = run(openaiAgents(at.session), "both", [both, "went on"], requests, {
      signal: new AbortController().signal,
    });
    await eventually(() => at.session.live().length === 2, { what: "both commands" });
    const cancel = { by: "user", reason: "not needed", injectReminder: false };
    expect(await at.session.cancelCall("slow", cancel)).toBe("cancelled");
    writeFileSync(sign, "");
    expect((await running).text).toBe("went on");
    const answered = inputOf(requests[1]);
    expect(resultOf(answered, "slow")).toMatch(/cancelled.*not needed/);
    expect(resultOf(answered, "quick")).toContain("finished");
  });

  it("what a failed model call had comes again, and stands once", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo kept");
    const adapter = openaiAgents(at.session);
    const requests: Requests = [];
    await expect(run(adapter, "go", [fail], requests)).rejects.toThrow("overloaded");
    const again = await at.session.inbox.claim();
    expect(again).toMatchObject({ redelivered: true });
    await run(adapter, "go", ["thanks"], requests);
    expect(requests.map((request) => mailSaying("kept", inputOf(request)))).toEqual([[again?.text], [again?.text]]);
    await isEmpty(at.session);
  });

  it("a run that is given up ends with the signal's reason, leaves nothing running, and its mail comes again", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo kept");
    const adapter = openaiAgents(at.session);
    const abort = new AbortController();
    const slow = [{ id: "slow", name: "run_command", input: { command: "sleep 60", background_after_ms: 60_000 } }];
    const running = run(adapter, "go", [slow], [], { signal: abort.signal });
    await eventually(() => at.session.live().length === 1, { what: "the command" });
    abort.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await eventually(() => at.session.live().length === 0, { what: "the end of the command" });
    const requests: Requests = [];
    await run(adapter, "go", ["thanks"], requests);
    expect(mailSaying("kept", inputOf(requests[0]))).toHaveLength(1);
    await isEmpty(at.session);
  });

  it("save gets each mail once, before the model sees it, and the mail is acknowledged by it", async () => {
    await using at = await testRuntime();
    const saved: string[] = [];
    let isDown = true;
    const save = ({ text }: Mail): void => {
      if (isDown) throw new Error("disk full");
      saved.push(text);
    };
    const adapter = openaiAgents(at.session, { save });
    await ran(at.session, "echo one");
    await expect(run(adapter, "go", ["is not asked"])).rejects.toThrow("disk full");
    expect(await at.session.inbox.refresh()).toMatchObject({ claimed: 1 });
    isDown = false;
    const script: Script = [
      async () => {
        expect(await at.session.inbox.refresh()).toMatchObject({ claimed: 0, terminal: 0 });
        await ran(at.session, "echo two");
        return look("call-1");
      },
      look("call-2"),
      "done",
    ];
    await run(adapter, "go", script);
    expect(saved).toEqual([expect.stringContaining("\none\n"), expect.stringContaining("\ntwo\n")]);
    await isEmpty(at.session);
  });

  it.each(["as the SDK made it", "with its mail"])(
    "over runs on one history %s each mail stands once",
    async (form) => {
      await using at = await testRuntime();
      const adapter = openaiAgents(at.session);
      let history: AgentInputItem[] = [];
      const requests: Requests = [];
      for (const name of ["one", "two"]) {
        await ran(at.session, `echo ${name}`);
        const outcome = await run(adapter, [...history, says(`go ${name}`)], [look(name), "done"], requests);
        history = form === "with its mail" ? adapter.withMail(outcome.history) : outcome.history;
        await isEmpty(at.session);
      }
      const last = inputOf(requests.at(-1));
      const order = userTexts(last).map((text) => /go \w+|\n(one|two)\n/.exec(text)?.[0].trim());
      expect(order).toEqual(["go one", "one", "go two", "two"]);
      const before = inputOf(requests[1]);
      expect(last.slice(0, before.length)).toEqual(before);
    },
  );

  it("the SDK's session has each mail once and before the model answers, also for a process that comes after", async () => {
    await using at = await testRuntime();
    const memory = new MemorySession();
    const stored = async (name: string) => mailSaying(name, await memory.getItems()).length;
    const counts: number[] = [];
    const script: Script = [
      async () => {
        await ran(at.session, "echo one");
        return look("call-1");
      },
      async () => {
        counts.push(await stored("one"));
        await ran(at.session, "echo two");
        return look("call-2");
      },
      async () => {
        counts.push(await stored("two"));
        return "done";
      },
    ];
    const adapter = openaiAgents(at.session, { memory });
    await run(adapter, "go", script);
    expect([...counts, await stored("one"), await stored("two")]).toEqual([1, 1, 1, 1]);
    for (const next of [adapter, openaiAgents(at.session, { memory })]) {
      const requests: Requests = [];
      await run(next, "more", ["done"], requests);
      expect(["one", "two"].map((name) => mailSaying(name, inputOf(requests[0])).length)).toEqual([1, 1]);
    }
    await isEmpty(at.session);
  });
});

describe("a history", () => {
  const run = loops.generated;

  it("what a later call of a run had that failed comes again at the end, whatever older answers the history has", async () => {
    await using at = await testRuntime();
    const adapter = openaiAgents(at.session);
    const { history } = await run(adapter, "hello", ["hi"]);
    const input = [...history, says("go")];
    const failing: Script = [
      async () => {
        await ran(at.session, "echo kept");
        return look("call-1");
      },
      fail,
    ];
    await expect(run(adapter, input, failing)).rejects.toThrow("overloaded");
    const requests: Requests = [];
    await run(adapter, input, ["thanks"], requests);
    expect(userTexts(inputOf(requests[0]))).toEqual(["hello", "go", expect.stringContaining("\nkept\n")]);
    await isEmpty(at.session);
  });

  it("what was written before a crash and not acknowledged is not written again", async () => {
    await using at = await testRuntime();
    await ran(at.session, "echo one");
    const memory = new MemorySession();
    const mail = await at.session.inbox.claim({ maxTokens: 2_000 });
    await memory.addItems([says(mail?.text ?? "")]);
    const requests: Requests = [];
    await run(openaiAgents(at.session, { memory }), "go", ["done"], requests);
    expect(mailSaying("one", inputOf(requests[0]))).toHaveLength(1);
    expect(mailSaying("one", await memory.getItems())).toHaveLength(1);
    await isEmpty(at.session);
  });

  it("where the provider keeps the history a mail is sent once, also when the user repeats himself", async () => {
    await using at = await testRuntime();
    const adapter = openaiAgents(at.session);
    const requests: Requests = [];
    const options = { conversationId: "conv_1" };
    await ran(at.session, "echo one");
    await run(adapter, "continue", [look("call-1"), "done"], requests, options);
    await isEmpty(at.session);
    await run(adapter, "continue", ["done"], requests, options);
    await ran(at.session, "echo two");
    await run(adapter, "continue", ["done"], requests, options);
    await run(adapter, "continue", ["done"], requests, options);
    const sent = requests.flatMap(inputOf);
    expect(userTexts(sent).filter((text) => text === "continue")).toHaveLength(4);
    expect(["one", "two"].map((name) => mailSaying(name, sent).length)).toEqual([1, 1]);
    await isEmpty(at.session);
  });
});

describe("the tools", () => {
  it("reach the model as they are, not strict", async () => {
    await using at = await testRuntime();
    const requests: Requests = [];
    await loops.generated(openaiAgents(at.session), "go", ["done"], requests);
    const expected = agentTools(at.session).map(({ name, description, inputSchema }) =>
      expect.objectContaining({ type: "function", name, description, parameters: inputSchema, strict: false }),
    );
    expect(requests[0]?.tools).toEqual(expected);
  });

  it("go with an agent whose context is the user's own", () => {
    expectTypeOf<OpenaiAgents["tools"]>().toExtend<Tool<{ own: string }>[]>();
  });

  it("say what is wrong with an input as any other result", async () => {
    await using at = await testRuntime();
    const requests: Requests = [];
    const wrong = [{ id: "wrong", name: "run_command", input: { comand: "true" } }];
    await loops.generated(openaiAgents(at.session), "go", [wrong, "done"], requests);
    expect(resultOf(inputOf(requests[1]), "wrong")).toContain("[error invalid_parameter]");
  });
});
