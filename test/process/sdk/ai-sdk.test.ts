import { describe, expect, it } from "vitest";
import { type AiSdkTool, aiSdk } from "../../../src/sdk/ai-sdk.ts";
import type { AnyMessage } from "../../../src/sdk/placed-mail.ts";
import type { AgentSession } from "../../../src/session/agent-session.ts";
import type { Mail } from "../../../src/session/inbox.ts";
import { type Converse, loops, type Script } from "../../support/ai-sdk.ts";
import { eventually } from "../../support/eventually.ts";
import { testRuntime } from "../../support/runtime.ts";
import { sessionHosts } from "../../support/session-hosts.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const background = (id: string, command: string) => ({
  id,
  name: "run_command",
  input: { command, background_after_ms: 0 },
});
const list = (id: string) => [{ id, name: "list_handles", input: {} }];

/** The texts of an input, one for each message. */
function texts(input: readonly AnyMessage[]): string[] {
  return input.map(
    ({ role, content }) => `${role}: ${typeof content === "string" ? content : JSON.stringify(content)}`,
  );
}

/** Where the input has a mail about what printed this. */
function places(input: readonly AnyMessage[], printed: string): number[] {
  return texts(input).flatMap((text, index) =>
    text.startsWith("user:") && text.includes("background event") && text.includes(printed) ? [index] : [],
  );
}

/** Resolves when something lies unread. */
async function mailed({ inbox }: AgentSession): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _ = inbox.onReady(resolve);
  await promise;
}

async function expectEmpty(session: AgentSession): Promise<void> {
  expect(await session.inbox.claim()).toBeNull();
}

/** A model that keeps what it was given, and is done. */
function keepIn(inputs: (readonly AnyMessage[])[]): (input: readonly AnyMessage[]) => string {
  return (input) => {
    inputs.push(input);
    return "I see";
  };
}

/** Starts a command, waits for its result before the next step, and meets it in all later ones. */
function meetsResult(session: AgentSession, printed: string, seen: number[][]): Script {
  const look = (input: readonly AnyMessage[]) => void seen.push(places(input, printed));
  return [
    async (input) => {
      look(input);
      return [background(`start-${printed}`, `echo ${printed}`)];
    },
    async (input) => {
      look(input);
      await mailed(session);
      return list(`list-1-${printed}`);
    },
    (input) => {
      look(input);
      return list(`list-2-${printed}`);
    },
    (input) => {
      look(input);
      return `done ${printed}`;
    },
  ];
}

describe.each(Object.entries(loops))("%s", (_name, converse) => {
  it("over several runs a result of the background stands once in each later model input, where it was, and is acknowledged", async () => {
    await using at = await testRuntime();
    const conversation = converse(aiSdk(at.session));
    for (const printed of ["first", "second"]) {
      const before = conversation.history.length;
      conversation.say(`do ${printed}`);
      const seen: number[][] = [];
      expect(await conversation.run(meetsResult(at.session, printed, seen))).toBe(`done ${printed}`);
      // What was said, call, result, and perhaps more of both.
      const place = seen[2]?.[0];
      expect(place).toBeGreaterThanOrEqual(before + 3);
      expect(seen).toEqual([[], [], [place], [place]]);
    }
    await at.session.call("run_command", { command: "echo between", background: true });
    await mailed(at.session);
    conversation.say("and now?");
    const inputs: (readonly AnyMessage[])[] = [];
    await conversation.run([keepIn(inputs)]);
    for (const printed of ["first", "second", "between"]) {
      expect(places(inputs[0] ?? [], printed), printed).toHaveLength(1);
      expect(places(inputs[0] ?? [], printed), printed).toEqual(places(conversation.history, printed));
    }
    await expectEmpty(at.session);
  });

  it("one of two parallel calls is cancelled alone: a normal result, and the run goes on", async () => {
    await using at = await testRuntime();
    const conversation = converse(aiSdk(at.session));
    conversation.say("both");
    const results: string[] = [];
    const text = conversation.run([
      () => [
        { id: "slow", name: "run_command", input: { command: "echo begun; sleep 60" } },
        { id: "quick", name: "run_command", input: { command: "sleep 0.2; echo quick is done" } },
      ],
      (input) => {
        results.push(...texts(input.filter(({ role }) => role === "tool")));
        return "both answered";
      },
    ]);
    await eventually(() => at.session.live().filter(({ phase }) => phase === "running").length === 2);
    expect(await at.session.cancelCall("slow", { reason: "too slow", injectReminder: false })).toBe("cancelled");
    expect(await text).toBe("both answered");
    expect(results.join()).toMatch(
      /"toolCallId":"slow".*"type":"text","value":"\[cancelled h\d.*by user: \\"too slow\\"/,
    );
    expect(results.join()).toMatch(/"toolCallId":"quick".*quick is done/);
    await expectEmpty(at.session);
  });

  it("a run that is aborted rejects, leaves nothing running, and what its step had comes again", async () => {
    await using at = await testRuntime();
    const conversation = converse(aiSdk(at.session));
    await at.session.call("run_command", { command: "echo built", background: true });
    await mailed(at.session);
    conversation.say("well?");
    const abort = new AbortController();
    const inputs: (readonly AnyMessage[])[] = [];
    const call = [{ id: "c1", name: "run_command", input: { command: "sleep 60" } }];
    const run = conversation.run([(input) => keepIn(inputs)(input) && call], abort.signal);
    const rejected = expect(run).rejects.toThrow("the user left");
    await eventually(() => at.session.live().some(({ phase }) => phase === "running"));
    abort.abort(new Error("the user left"));
    await rejected;
    await eventually(() => at.session.live().length === 0);
    expect(conversation.history).toHaveLength(1);
    await conversation.run([keepIn(inputs)]);
    expect(inputs.map((input) => places(input, "built"))).toEqual([[1], [1]]);
    await expectEmpty(at.session);
  });

  it("a run that is aborted while a tool of the user's own runs gets its mail again", async () => {
    await using at = await testRuntime();
    const adapter = aiSdk(at.session);
    const abort = new AbortController();
    const listHandles = adapter.tools["list_handles"];
    if (listHandles === undefined) throw new Error("there is no list_handles");
    // One that asks for no signal, and whose step hence ends like any other.
    const execute: AiSdkTool["execute"] = async () => {
      abort.abort(new Error("the user left"));
      return { text: "done", data: {}, isError: false };
    };
    const conversation = converse({ ...adapter, tools: { ...adapter.tools, own: { ...listHandles, execute } } });
    await at.session.call("run_command", { command: "echo built", background: true });
    await mailed(at.session);
    conversation.say("well?");
    const call = [{ id: "c1", name: "own", input: {} }];
    await expect(conversation.run([() => call, () => "not reached"], abort.signal)).rejects.toThrow("the user left");
    const inputs: (readonly AnyMessage[])[] = [];
    const again = converse(adapter);
    again.say("well?");
    await again.run([keepIn(inputs)]);
    expect(inputs.map((input) => places(input, "built"))).toEqual([[1]]);
    await expectEmpty(at.session);
  });

  it("after a model call that failed the mail comes again, the same, and stands once", async () => {
    await using at = await testRuntime();
    const conversation = converse(aiSdk(at.session));
    await at.session.call("run_command", { command: "echo built", background: true });
    await mailed(at.session);
    conversation.say("well?");
    const inputs: (readonly AnyMessage[])[] = [];
    const keep = keepIn(inputs);
    const failing: Script = [
      (input) => {
        keep(input);
        throw new Error("overloaded");
      },
    ];
    await expect(conversation.run(failing)).rejects.toThrow("overloaded");
    const outstanding = await at.session.inbox.claim();
    expect(outstanding).toMatchObject({ redelivered: true });
    expect(places(inputs[0] ?? [], "built")).toEqual([1]);
    await expect(conversation.run([(input) => keep(input) && new Error("broken")])).rejects.toThrow("broken");
    await conversation.run([keep]);
    expect(inputs[1]).toEqual(inputs[0]);
    expect(inputs[2]).toEqual(inputs[0]);
    expect(places(conversation.history, "built")).toEqual([1]);
    await expectEmpty(at.session);
  });

  it("save is called once for each mail, before the model sees it, and acknowledges it", async () => {
    await using at = await testRuntime();
    const saved: Mail[] = [];
    const save = (mail: Mail) => void saved.push(mail);
    const conversation = converse(aiSdk(at.session, { save }), { withMail: false });
    conversation.say("build it");
    const seen: number[][] = [];
    const script = meetsResult(at.session, "built", seen);
    const failing: Script = [
      ...script.slice(0, 2),
      async (input) => {
        expect(saved).toHaveLength(1);
        await expectEmpty(at.session);
        expect(places(input, "built")).toHaveLength(1);
        throw new Error("overloaded");
      },
    ];
    await expect(conversation.run(failing)).rejects.toThrow("overloaded");
    // What a transcript that was written so holds.
    conversation.say(saved[0]?.text ?? "");
    const inputs: (readonly AnyMessage[])[] = [];
    await conversation.run([keepIn(inputs)]);
    expect(places(inputs[0] ?? [], "built")).toEqual([1]);
    expect(saved).toHaveLength(1);
    await expectEmpty(at.session);
  });
});

describe.each(["ai 6 streamText", "ai 7 generateText"])("%s", (name) => {
  const converse: Converse = (...args) => loops[name]?.(...args) ?? expect.unreachable();

  it("a save that throws ends the run and acknowledges nothing: the mail comes again", async () => {
    await using at = await testRuntime();
    const ids: string[] = [];
    const save = async (mail: Mail) => {
      ids.push(mail.id);
      if (ids.length === 1) throw new Error("disk full");
    };
    const conversation = converse(aiSdk(at.session, { save }));
    await at.session.call("run_command", { command: "echo built", background: true });
    await mailed(at.session);
    conversation.say("well?");
    await expect(conversation.run([() => "not reached"])).rejects.toThrow("disk full");
    const inputs: (readonly AnyMessage[])[] = [];
    await conversation.run([keepIn(inputs)]);
    expect(ids).toEqual([ids[0], ids[0]]);
    expect(places(inputs[0] ?? [], "built")).toEqual([1]);
    await expectEmpty(at.session);
  });

  it("what is wrong with an input is a text for the model, flagged as an error", async () => {
    await using at = await testRuntime();
    const conversation = converse(aiSdk(at.session));
    conversation.say("go");
    const inputs: (readonly AnyMessage[])[] = [];
    await conversation.run([() => [{ id: "c1", name: "run_command", input: { comand: "true" } }], keepIn(inputs)]);
    expect(texts(inputs[0] ?? []).at(-1)).toMatch(/"type":"error-text","value":"\[error \w+\] .*comand/);
  });
});

it("a session across a socket serves as well: a result once, and one of two calls cancelled", async () => {
  const socket = sessionHosts.find(({ name }) => name.includes("Unix socket"));
  await using host = (await socket?.start()) ?? expect.unreachable();
  const session = await host.open();
  const conversation = loops["ai 7 generateText"]?.(aiSdk(session));
  conversation?.say("build it");
  const seen: number[][] = [];
  await conversation?.run(meetsResult(session, "built", seen));
  expect(seen[2]).toHaveLength(1);
  expect(seen[3]).toEqual(seen[2]);
  const inputs: (readonly AnyMessage[])[] = [];
  const run = conversation?.run([
    () => [
      { id: "slow", name: "run_command", input: { command: "sleep 60" } },
      { id: "quick", name: "run_command", input: { command: "echo quick is done" } },
    ],
    keepIn(inputs),
  ]);
  const cancel = () => session.cancelCall("slow", { injectReminder: false });
  await eventually(async () => (await cancel()) === "cancelled");
  expect(await run).toBe("I see");
  const results = texts(inputs[0] ?? [])
    .slice(-2)
    .join();
  expect(results).toMatch(/"slow".*\[cancelled/);
  expect(results).toMatch(/"quick".*quick is done/);
  await expectEmpty(session);
});
