import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { LonghandError } from "../../../src/base/errors.ts";
import { allTools } from "../../../src/tools/all-tools.ts";
import { parseInput } from "../../../src/tools/input.ts";
import { runCommandInput } from "../../../src/tools/run-command-input.ts";

const parse = (input: unknown) => parseInput(runCommandInput, input, "run_command");

function refusal(input: unknown): LonghandError {
  try {
    parse(input);
  } catch (error) {
    return error as LonghandError;
  }
  throw new Error("it was accepted");
}

describe("a refusal names the field, what was expected and what came", () => {
  it.each<[unknown, string, string, string]>([
    [{ timeout_ms: "90s" }, "timeout_ms", "a number", '"90s"'],
    [{ timeout_ms: 1.5 }, "timeout_ms", "an integer", "1.5"],
    [{ timeout_ms: -1 }, "timeout_ms", "at least 0", "-1"],
    [{ timeout_ms: Number.NaN }, "timeout_ms", "a number", "NaN"],
    [{ timeout_ms: 10n }, "timeout_ms", "a number", "10"],
    [{ argv: "ls" }, "argv", "an array", '"ls"'],
    [{ argv: ["ls", 3] }, "argv[1]", "a string", "3"],
    [{ env: { A: 1 } }, "env.A", "a string", "1"],
    [{ env: { A: null } }, "env.A", "a string", "null"],
    [{ env: ["A=1"] }, "env", "a record", "a list of 1"],
    [{ env_mode: "clean" }, "env_mode", '"inherit_clean" or "replace" or "patch"', '"clean"'],
    [{ background: "yes" }, "background", "a boolean", '"yes"'],
    [{ capture: true }, "capture", "an object", "true"],
    [{ capture: { max_inline_bytes: -5 } }, "capture.max_inline_bytes", "at least 0", "-5"],
    [{ label: "x".repeat(201) }, "label", "at most 200 characters", `"${"x".repeat(56)}…`],
    [{ max_output_bytes: 0 }, "max_output_bytes", "at least 1", "0"],
    [{ shell: 5 }, "shell", "a string or an object", "5"],
    [{ cwd: () => "/" }, "cwd", "a string", "a function"],
  ])("%o", (input, param, expected, got) => {
    const error = refusal(input);
    expect(error).toMatchObject({ kind: "invalid_parameter", tool: "run_command", param, details: { expected, got } });
    expect(error.message).toBe(`${param}: expected ${expected}, got ${got}`);
  });

  it.each([[["ls"]], ["ls"], [5]])("the input as a whole: %o", (input) => {
    expect(refusal(input)).toMatchObject({ kind: "invalid_parameter", details: { expected: "an object" } });
    expect(refusal(input).message).toMatch(/^the input: expected an object/);
  });

  it("a field that is missing is missing", () => {
    const schema = z.strictObject({ handle_id: z.string(), wait: z.strictObject({ ms: z.int() }).optional() });
    const missing = (input: unknown) => {
      try {
        return parseInput(schema, input, "t");
      } catch (error) {
        return error;
      }
    };
    expect(missing({})).toMatchObject({
      kind: "missing_parameter",
      param: "handle_id",
      message: "handle_id is required: a string",
    });
    expect(missing({ handle_id: null })).toMatchObject({ kind: "missing_parameter", param: "handle_id" });
    expect(missing({ handle_id: "h1", wait: {} })).toMatchObject({ kind: "missing_parameter", param: "wait.ms" });
  });
});

describe("stdin, which takes four things, says so", () => {
  it.each<[unknown, string]>([
    [5, "5"],
    [{ open: true, text: "x" }, "{open: true, text}"],
    [{ open: false }, "{open: false}"],
    [["x"], "a list of 1"],
  ])("%j", (stdin, got) => {
    const expected = 'a text, "open", {text} or {open: true}';
    expect(refusal({ stdin })).toMatchObject({
      kind: "invalid_parameter",
      param: "stdin",
      message: `stdin: expected ${expected}, got ${got}`,
    });
  });
});

describe("what goes together is told in a sentence", () => {
  it.each<[string, object, string, string, string]>([
    ["cancel_handle", {}, "missing_parameter", "handle_id", "give handle_id or port: what is to be stopped"],
    [
      "cancel_handle",
      { handle_id: "h1", port: 1 },
      "invalid_parameter",
      "port",
      "handle_id and port are both given: leave one out",
    ],
    [
      "run_command",
      { command: "x", ready: { pattern: "(", regex: true } },
      "invalid_parameter",
      "ready.pattern",
      "ready.pattern is no regular expression: missing closing ): `(`",
    ],
    [
      "read_command_output",
      { handle_id: "h1", offset: 5, from_line: 1 },
      "invalid_parameter",
      "offset",
      "offset (bytes) does not go with from_line and to_line: leave one out",
    ],
    [
      "read_command_output",
      { handle_id: "h1", stream: "screen", to_line: 1 },
      "invalid_parameter",
      "to_line",
      "to_line does not go with stream screen: it is shown whole",
    ],
  ])("%s %j", (name, input, kind, param, message) => {
    const tool = allTools.find((candidate) => candidate.name === name);
    expect(() => tool && parseInput(tool.input, input, name)).toThrow(
      expect.objectContaining({ kind, param, message, tool: name }),
    );
  });

  it("an offset that is spelled out as it is by default goes with lines", () => {
    const tool = allTools.find(({ name }) => name === "read_command_output");
    expect(tool && parseInput(tool.input, { handle_id: "h1", offset: 0, from_line: 1 }, "t")).toBeDefined();
  });
});

describe("an unknown field is refused by name, with the nearest right one", () => {
  it.each([
    [{ timeoutms: 1 }, "timeoutms", "did you mean timeout_ms?"],
    [{ capture: { merge_stdrr: true } }, "capture.merge_stdrr", "did you mean merge_stderr?"],
    [{ frobnicate: 1 }, "frobnicate", "known: command, argv, mode"],
    [{ shell: { pth: "/bin/sh" } }, "shell.pth", "did you mean path?"],
  ])("%o", (input, param, hint) => {
    const error = refusal(input);
    expect(error).toMatchObject({ kind: "invalid_parameter", param });
    expect(error.message).toContain(hint);
  });
});

describe("null for an optional field means that it is absent", () => {
  it("at the top and within", () => {
    expect(
      parse({ command: "ls", cwd: null, capture: { max_inline_bytes: null }, shell: { path: null, id: "sh" } }),
    ).toMatchObject({
      capture: { merge_stderr: false },
      shell: { id: "sh" },
    });
    expect(parse({ command: "ls", timeout_ms: null }).timeout_ms).toBeUndefined();
  });

  it("but what is returned as it came keeps its nulls", () => {
    const context = { user: null, tags: [null, { a: null }] };
    expect(parse({ command: "ls", policy_context: context, snapshot_binding: { b: null } })).toMatchObject({
      policy_context: context,
      snapshot_binding: { b: null },
    });
  });
});

it("every tool refuses a field that it does not know", () => {
  for (const { name, input } of allTools) {
    expect(() => parseInput(input, { no_such_field: 1, handle_id: "h1" }, name), name).toThrow(
      /no_such_field is not a field/,
    );
  }
});
