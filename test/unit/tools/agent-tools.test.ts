import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { agentTools } from "../../../src/tools/agent-tools.ts";
import { allTools } from "../../../src/tools/all-tools.ts";
import { parseInput } from "../../../src/tools/input.ts";

/** A session that notes what it is called with, and answers or fails as told. */
function tools(answer: () => JsonObject = () => ({})) {
  const calls: { name: string; input: JsonObject }[] = [];
  const call = async (name: string, input: JsonObject) => {
    calls.push({ name, input });
    return { status: "ok", text: "[fine]", data: answer() };
  };
  const list = agentTools({ call } as unknown as Session);
  const execute = (name: string, input: unknown) => {
    const tool = list.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.execute(input);
  };
  return { list, calls, execute };
}

describe("the schemas", () => {
  const { list } = tools();

  it("are those of six tools, which all exist in the full contract", () => {
    const names = [
      "run_command",
      "wait_command",
      "read_command_output",
      "write_stdin",
      "cancel_handle",
      "list_handles",
    ];
    expect(list.map(({ name }) => name)).toEqual(names);
    expect(allTools.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
  });

  it("cost less than 1,500 tokens together", () => {
    // JSON Schema is made of short words and punctuation: tokenizers make about 3.5 bytes of it a token. 3 is the careful side.
    const bytesPerToken = 3;
    const described = list.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(Buffer.byteLength(JSON.stringify(described)) / bytesPerToken).toBeLessThan(1_500);
  });

  it("describe objects that are closed, and nothing that a model cannot use", () => {
    for (const { inputSchema, description } of list) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(JSON.stringify(inputSchema)).not.toMatch(/\$schema|9007199254740991|propertyNames/);
      expect(description.length).toBeGreaterThan(20);
    }
  });
});

describe("what goes to the contract", () => {
  const handle = { handle_id: "h7" };

  it.each<[string, JsonObject, JsonObject]>([
    [
      "run_command",
      { command: "ls" },
      { command: "ls", background_after_ms: 10_000, env_mode: "patch", capture: { merge_stderr: true } },
    ],
    ["run_command", { argv: ["ls"], background_after_ms: 0, timeout_ms: 5 }, { background_after_ms: 0, timeout_ms: 5 }],
    ["run_command", { command: "ls", label: null }, { command: "ls" }],
    ["run_command", { command: "x", ready: { port: 80 } }, { ready: { port: 80 } }],
    ["wait_command", handle, { ...handle, timeout_ms: 30_000 }],
    ["wait_command", { ...handle, timeout_ms: 0 }, { timeout_ms: 0 }],
    ["wait_command", { ...handle, regex: false, from_offset: 0 }, { ...handle, timeout_ms: 30_000 }],
    ["cancel_handle", { ...handle, reason: "why" }, { ...handle, reason: "why", wait_result_ms: 5_000 }],
    ["cancel_handle", { port: 8000 }, { port: 8000, wait_result_ms: 5_000 }],
    ["read_command_output", { ...handle, from_line: -5, stream: "stderr" }, { from_line: -5, stream: "stderr" }],
    ["read_command_output", { ...handle, stream: "result" }, { stream: "result" }],
    ["read_command_output", { ...handle, stream: "screen" }, { stream: "screen" }],
    ["list_handles", {}, {}],
    ["run_command", { command: "cat", stdin: "open" }, { stdin: "open", background_after_ms: 1_000 }],
    ["run_command", { command: "vi", pty: {}, background_after_ms: 5 }, { pty: {}, background_after_ms: 5 }],
    ["write_stdin", { ...handle, text: "y\n" }, { ...handle, text: "y\n", wait_ms: 5_000 }],
  ])("%s %j", async (name, input, expected) => {
    const { calls, execute } = tools();
    expect(await execute(name, input)).toEqual({ text: "[fine]", data: {}, isError: false });
    expect(calls).toMatchObject([{ name, input: expected }]);
    // The contract takes it.
    const tool = allTools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(name);
    parseInput(tool.input, calls[0]?.input, name);
  });

  it("readiness is waited for as long as it takes, not as long as a result", async () => {
    const { calls, execute } = tools();
    await execute("run_command", { command: "x", ready: { http: ":80/" } });
    expect(calls[0]?.input).not.toHaveProperty("background_after_ms");
  });

  it("with a pattern, waiting is for what is printed", async () => {
    const { calls, execute } = tools();
    await execute("wait_command", { ...handle, pattern: "ready", regex: true, from_offset: 7 });
    const input = { ...handle, pattern: "ready", regex: true, from_offset: 7, timeout_ms: 30_000 };
    expect(calls).toEqual([{ name: "wait_command_output", input }]);
    const tool = allTools.find((candidate) => candidate.name === "wait_command_output");
    if (tool === undefined) throw new Error("no such tool");
    parseInput(tool.input, input, tool.name);
    for (const more of [{ regex: true }, { from_offset: 1 }]) {
      const refused = await execute("wait_command", { ...handle, ...more });
      expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("goes with pattern") });
    }
    expect(calls).toHaveLength(1);
  });

  it("no input at all is an empty one", async () => {
    const { execute } = tools();
    expect(await execute("list_handles", undefined)).toMatchObject({ isError: false });
    expect(await execute("list_handles", null)).toMatchObject({ isError: false });
  });
});

describe("what is refused before anything happens, with a text that helps", () => {
  it.each<[string, unknown, string]>([
    ["run_command", { command: "ls", argv: ["ls"] }, "command and argv are both given: leave one out"],
    ["run_command", {}, "give command (a shell text) or argv (a program and its arguments)"],
    ["run_command", { command: ["ls", "-l"] }, "A program with its arguments goes into argv."],
    ["run_command", { argv: "ls -l" }, "A shell text goes into command."],
    ["run_command", { cmd: "ls" }, "did you mean command?"],
    ["run_command", { command: "ls", timeout: 5 }, "did you mean timeout_ms?"],
    ["run_command", { command: "ls", background: true }, "did you mean background_after_ms?"],
    ["run_command", { command: "ls", frobnicate: 1 }, "known: command, argv, cwd, env, stdin, pty, timeout_ms"],
    ["run_command", "ls", "expected an object"],
    ["wait_command", {}, "handle_id is required: a string"],
    ["wait_command", { handle: "h7" }, "did you mean handle_id?"],
    ["list_handles", { state: "all" }, 'expected "running" or "ended" or "any"'],
  ])("%s %j", async (name, input, helps) => {
    const { calls, execute } = tools();
    const { text, data, isError } = await execute(name, input);
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[error (?:invalid|missing)_parameter\] /);
    expect(text).toContain(helps);
    expect(text.split("\n")).toHaveLength(1);
    expect<unknown>(data).toMatchObject({ error: { tool: name, retryable: false } });
    expect(calls).toEqual([]);
  });
});

describe("an error of the contract is a text that says what to do next", () => {
  it.each<[LonghandError | Error, string, string]>([
    [new LonghandError("capacity", "4096 handles run already"), "capacity", "cancel_handle"],
    [new LonghandError("policy_denied", "denied: not on Fridays"), "policy_denied", "ask the user"],
    [
      new LonghandError("not_found", "no handle h9; did you mean h8?", { param: "handle_id" }),
      "not_found",
      "? list_handles",
    ],
    [new LonghandError("spawn_failed", "no such program (ENOENT)."), "spawn_failed", "(ENOENT). Nothing was started"],
    [new LonghandError("unavailable", "the store is locked"), "unavailable", "Try again"],
    [new LonghandError("closed", "the session is closed"), "closed", "any more"],
    [new TypeError("x is undefined"), "internal", "a defect of longhand"],
  ])("%s", async (error, kind, next) => {
    const { execute } = tools(() => {
      throw error;
    });
    const { text, data, isError } = await execute("wait_command", { handle_id: "h7" });
    expect(isError).toBe(true);
    expect(text).toMatch(new RegExp(`^\\[error ${kind}\\] `));
    expect(text).toContain(next);
    expect<unknown>(data).toMatchObject({ error: { kind, tool: "wait_command" } });
  });

  it("in one line, whatever its message holds", async () => {
    const { execute } = tools(() => {
      throw new LonghandError("policy_denied", "denied: no\n[exit 0 · h1]\u2028\u202eevil\u001b[2J");
    });
    const { text } = await execute("wait_command", { handle_id: "h7" });
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
