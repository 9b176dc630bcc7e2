import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HookCallback, SDKUserMessage } from "@anthropic-ai/claude-agent-sdk";
import { describe, expect, it, vi } from "vitest";
import { type ClaudeAgentSdk, type ClaudeAgentSdkOptions, claudeAgentSdk } from "../../../src/sdk/claude-agent-sdk.ts";
import type { Mail } from "../../../src/session/inbox.ts";
import { type ClaudeRun, call, countIn, resultOf, runClaude, type ScriptedStep } from "../../support/claude-code.ts";
import { eventually } from "../../support/eventually.ts";
import { testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** An agent with a directory for its conversations. Its commands may wait there until the inbox holds something. */
async function agent() {
  const at = await testRuntime({ injectsInbox: true });
  const { session } = at;
  const home = mkdtempSync(join(tmpdir(), "longhand-claude-"));
  const mailCame = join(home, "mail-came");
  const mail = () => eventually(() => session.inbox.pending > 0, { timeoutMs: 20_000, what: "mail" });
  return {
    ...at,
    /** One query. */
    run(
      script: readonly ScriptedStep[],
      { prompt = "go", resume = "", save = undefined as Save, hooks = asTheyAre } = {},
    ) {
      const adapter = claudeAgentSdk(session, save === undefined ? {} : { save });
      return runClaude(prompt, hooks(adapter), { home, script, ...(resume === "" ? {} : { resume }) });
    },
    home,
    mail,
    /** A command that has ended, its result unread. */
    async ended() {
      await session.call("run_command", { command: "echo built", label: "the build", background: true });
      await mail();
    },
    /** Ends once `letItEnd` has seen mail. */
    untilMail: `until [ -e ${mailCame} ]; do sleep 0.02; done`,
    async letItEnd() {
      await mail();
      writeFileSync(mailCame, "");
    },
    async [Symbol.asyncDispose]() {
      await at[Symbol.asyncDispose]();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

type Save = ClaudeAgentSdkOptions["save"];

const asTheyAre = (adapter: ClaudeAgentSdk): ClaudeAgentSdk => adapter;
const mailsIn = ({ inputs }: ClaudeRun): number[] => inputs.map((input) => countIn(input, "background event"));
const sessionIdOf = ({ messages }: ClaudeRun): string => messages[0]?.session_id ?? "";
const text = (pattern: string) => [{ type: "text", text: expect.stringMatching(new RegExp(pattern)) }];

describe("a result in the background", () => {
  it("meets the model in a later step, once, and is acknowledged when the model has answered", async () => {
    await using at = await agent();
    const go = join(at.home, "go");
    const building = `until [ -e ${go} ]; do sleep 0.02; done; echo built`;
    const inBackground = { command: building, background_after_ms: 0, label: "the build" };
    const run = at.run([
      { calls: [call("toolu_1", "run_command", inBackground)] },
      { calls: [call("toolu_2", "run_command", { command: at.untilMail })] },
      { calls: [call("toolu_3", "list_handles", {})] },
      { text: "built" },
    ]);
    await eventually(() => at.session.live().length === 2);
    writeFileSync(go, "");
    await at.letItEnd();
    await run.ended;
    expect(mailsIn(run)).toEqual([0, 0, 1, 1]);
    expect(JSON.stringify(run.inputs[2])).toMatch(/\[exit 0 · [\w.]+ · h1 · 1 line · the build\]/);
    expect(resultOf(run.inputs[1], "toolu_1")).toMatchObject({ content: text("the result arrives by itself") });
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("keeps an agent that wants to end going", async () => {
    await using at = await agent();
    const whenItComesLate = (adapter: ClaudeAgentSdk): ClaudeAgentSdk => {
      const stop = adapter.hooks.Stop?.[0]?.hooks[0];
      let isFirst = true;
      const late: HookCallback = async (...args) => {
        if (isFirst) await at.ended();
        isFirst = false;
        return (await stop?.(...args)) ?? {};
      };
      return { ...adapter, hooks: { ...adapter.hooks, Stop: [{ hooks: [late] }] } };
    };
    const run = at.run([{ text: "done" }, { text: "built, too" }], { hooks: whenItComesLate });
    await run.ended;
    expect(mailsIn(run)).toEqual([0, 1]);
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("stands once in a conversation of several runs", async () => {
    await using at = await agent();
    await at.ended();
    const first = at.run([{ text: "built" }]);
    await first.ended;
    const second = at.run([{ text: "yes" }], { resume: sessionIdOf(first) });
    await second.ended;
    expect([mailsIn(first), mailsIn(second)]).toEqual([[1], [1]]);
  });

  it("is there again, as the same, where the conversation does not have it", async () => {
    await using at = await agent();
    await at.ended();
    const claimed = await at.session.inbox.claim();
    const run = at.run([{ text: "built" }]);
    await run.ended;
    expect(mailsIn(run)).toEqual([1]);
    expect(countIn(run.inputs[0], `[${claimed?.id}]`)).toBe(1);
    expect(await at.session.inbox.claim()).toBeNull();
  });
});

describe("a model call that fails", () => {
  it("loses nothing, and the conversation that goes on has it once", async () => {
    await using at = await agent();
    await at.ended();
    const failing = at.run([{ fail: true }]);
    await expect(failing.ended).rejects.toThrow("API Error: scripted");
    expect(mailsIn(failing)).toEqual([1]);
    const again = await at.session.inbox.claim();
    expect(again?.redelivered).toBe(true);
    expect(countIn(failing.inputs[0], `[${again?.id}]`)).toBe(1);
    const resumed = at.run([{ text: "built" }], { resume: sessionIdOf(failing) });
    await resumed.ended;
    expect(mailsIn(resumed)).toEqual([1]);
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("loses nothing when the user goes on in the same query", async () => {
    await using at = await agent();
    await at.ended();
    const failed = Promise.withResolvers<void>();
    async function* prompts(): AsyncGenerator<SDKUserMessage> {
      yield { type: "user", message: { role: "user", content: "go" }, parent_tool_use_id: null };
      await failed.promise;
      yield { type: "user", message: { role: "user", content: "go on" }, parent_tool_use_id: null };
    }
    const script = [{ fail: true }, { text: "built" }] as const;
    const run = runClaude(prompts(), claudeAgentSdk(at.session), { home: at.home, script });
    await eventually(() => run.messages.some(({ type }) => type === "result"));
    failed.resolve();
    await run.ended;
    expect(mailsIn(run)).toEqual([1, 1]);
    expect(await at.session.inbox.claim()).toBeNull();
  });
});

describe("save", () => {
  it("gets each mail once, before the model; acknowledged when it has resolved", async () => {
    await using at = await agent();
    await at.ended();
    const save = vi.fn<(mail: Mail) => Promise<void>>(async () => undefined);
    const run = at.run([{ fail: true }], { save });
    await expect(run.ended).rejects.toThrow("API Error");
    expect(save).toHaveBeenCalledTimes(1);
    expect(countIn(run.inputs[0], save.mock.calls[0]?.[0].id ?? "none")).toBe(1);
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("acknowledges nothing when it rejects, and nothing is given to the model", async () => {
    await using at = await agent();
    await at.ended();
    const save = vi.fn<(mail: Mail) => Promise<void>>().mockRejectedValue(new Error("disk full"));
    const run = at.run([{ calls: [call("toolu_1", "list_handles", {})] }, { text: "done" }, { text: "built" }], {
      save: (mail) => (save.mock.calls.length < 2 ? save(mail) : undefined),
    });
    await run.ended;
    expect(mailsIn(run)).toEqual([0, 0, 1]);
    expect(new Set(save.mock.calls.map(([mail]) => mail.id)).size).toBe(1);
    expect(await at.session.inbox.claim()).toBeNull();
  });
});

describe("one call", () => {
  it("of two at once is cancelled, the other completes, and the run goes on", async () => {
    await using at = await agent();
    for (const command of ["sleep 60", at.untilMail])
      await at.session.call("run_command", { command, background: true });
    const wait = (id: string, handle: string) => call(id, "wait_command", { handle_id: handle, timeout_ms: 60_000 });
    const run = at.run([{ calls: [wait("toolu_1", "h1"), wait("toolu_2", "h2")] }, { text: "done" }]);
    await eventually(() => at.session.parts.calls.inFlight(at.session.id).length === 2);
    expect(await at.session.cancelCall("toolu_1", { reason: "not needed" })).toBe("cancelled");
    await at.letItEnd();
    await run.ended;
    const [, input] = run.inputs;
    expect(resultOf(input, "toolu_1")).not.toHaveProperty("is_error");
    expect(resultOf(input, "toolu_1")).toMatchObject({ content: text("cancelled.*not needed") });
    expect(resultOf(input, "toolu_2")).toMatchObject({ content: text("^\\[exit 0 · [\\w.]+ · h2") });
    expect(at.session.live().map(({ alias }) => alias)).toEqual([1]);
  });

  it("is cancelled with its command, and the run goes on", async () => {
    await using at = await agent();
    const run = at.run([
      { calls: [call("toolu_1", "run_command", { command: "echo begun; sleep 60" })] },
      { text: "ok" },
    ]);
    await eventually(() => at.session.live().some(({ phase }) => phase === "running"));
    expect(await at.session.cancelCall("toolu_1", { by: "user", timeoutMs: 20_000 })).toBe("cancelled");
    await run.ended;
    expect(resultOf(run.inputs[1], "toolu_1")).not.toHaveProperty("is_error");
    expect(resultOf(run.inputs[1], "toolu_1")).toMatchObject({ content: text("^\\[cancelled h1 · .*by user") });
    expect(at.session.live()).toEqual([]);
  });

  it("that we could not do is an error for the model", async () => {
    await using at = await agent();
    const bad = (id: string, input: object) => call(id, "run_command", input);
    const run = at.run([
      {
        calls: [bad("toolu_1", { command: "true", cwd: "/no/such" }), bad("toolu_2", { command: "true", nonsense: 1 })],
      },
      { text: "ok" },
    ]);
    await run.ended;
    const [, input] = run.inputs;
    expect(resultOf(input, "toolu_1")).toMatchObject({
      is_error: true,
      content: text("^\\[error invalid_parameter\\]"),
    });
    expect(resultOf(input, "toolu_2")).toMatchObject({ is_error: true, content: text("nonsense") });
  });
});

describe("the whole run", () => {
  const twoCommands = [
    { calls: [call("toolu_1", "run_command", { command: "sleep 60", background_after_ms: 0 })] },
    { calls: [call("toolu_2", "run_command", { command: "sleep 61" })] },
    { text: "never" },
  ];
  const bothRun = (at: Awaited<ReturnType<typeof agent>>) =>
    eventually(() => at.session.live().filter(({ phase }) => phase === "running").length === 2);

  it("is aborted: the command in front is stopped, the query rejects", async () => {
    await using at = await agent();
    const run = at.run(twoCommands);
    await bothRun(at);
    run.abort.abort();
    await expect(run.ended).rejects.toThrow("aborted");
    await eventually(() => at.session.live().length === 1);
    expect(at.session.live().map(({ alias }) => alias)).toEqual([1]);
  });

  it("is interrupted: the command in front is stopped, what runs in the background goes on", async () => {
    await using at = await agent();
    const run = at.run(twoCommands);
    await bothRun(at);
    await run.query.interrupt();
    await run.ended.catch(() => undefined);
    await eventually(() => at.session.live().length === 1);
    expect(at.session.live().map(({ alias }) => alias)).toEqual([1]);
  });
});

describe("a hook", () => {
  const hookInput = { session_id: "s", transcript_path: "/no/such", cwd: "/" };
  const stopHook = (adapter: ClaudeAgentSdk, facts: object, signal = new AbortController().signal) => {
    const input = { ...hookInput, hook_event_name: "Stop" as const, stop_hook_active: false, ...facts };
    return adapter.hooks.Stop?.[0]?.hooks[0]?.(input, undefined, { signal });
  };

  it("acknowledges by the model's answer alone where the conversation is not kept in a file", async () => {
    await using at = await agent();
    await at.ended();
    const adapter = claudeAgentSdk(at.session);
    expect(await stopHook(adapter, {})).toMatchObject({ hookSpecificOutput: { hookEventName: "Stop" } });
    expect((await at.session.inbox.claim())?.redelivered).toBe(true);
    expect(await stopHook(adapter, {})).toEqual({});
    expect(await at.session.inbox.claim()).toBeNull();
  });

  it("that nobody waits for, or that is a subagent's, leaves the mail unread: it is the main conversation's", async () => {
    await using at = await agent();
    await at.ended();
    expect(await stopHook(claudeAgentSdk(at.session), {}, AbortSignal.abort())).toEqual({});
    expect(await stopHook(claudeAgentSdk(at.session), { agent_id: "helper" })).toEqual({});
    expect(at.session.inbox.pending).toBe(1);
  });

  it("keeps no agent going for progress alone", async () => {
    await using at = await agent();
    await at.session.call("run_command", { command: "sleep 60", background: true, progress_interval_ms: 250 });
    await at.mail();
    expect(await stopHook(claudeAgentSdk(at.session), {})).toEqual({});
    expect((await at.session.inbox.claim())?.messages.map(({ kind }) => kind)).toEqual(["tool_progress"]);
  });
});
