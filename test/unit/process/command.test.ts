import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { type CommandInput, createCommand, longestArgument } from "../../../src/process/command.ts";

const base = { defaultCwd: tmpdir(), env: {} };
const withArgv = (argv: readonly string[] | undefined): CommandInput => ({ ...base, mode: "argv", argv });
const withText = (command: string | undefined): CommandInput => ({ ...base, mode: "shell", command });

describe("createCommand", () => {
  it("is an argv, quoted for display", () => {
    expect(createCommand(withArgv(["echo", "a b"]))).toMatchObject({
      argv: ["echo", "a b"],
      display: "echo 'a b'",
      stdin: { kind: "none" },
    });
  });

  it("is a shell text, shown as given", () => {
    const command = createCommand(withText("echo a | cat"));
    expect(command.argv.slice(-2)).toEqual(["-c", "echo a | cat"]);
    expect(command.display).toBe("echo a | cat");
  });

  it.each([
    ["no argv", withArgv(undefined), "missing_parameter", "argv"],
    ["no command", withText(undefined), "missing_parameter", "command"],
    ["an empty text", withText(""), "invalid_parameter", "command"],
    ["a blank text", withText(" \n"), "invalid_parameter", "command"],
    ["an empty argv", withArgv([]), "invalid_parameter", "argv"],
    ["an empty program", withArgv([""]), "invalid_parameter", "argv"],
    ["a NUL", withArgv(["a", "b\0"]), "invalid_parameter", "argv[1]"],
    ["a NUL in the text", withText("a\0"), "invalid_parameter", "command"],
    ["a number", withArgv(["a", 1 as unknown as string]), "invalid_parameter", "argv[1]"],
    ["a long argument", withArgv(["a", "b", "c", "x".repeat(200_000)]), "invalid_parameter", "argv[3]"],
    ["a long text", withText("x".repeat(200_000)), "invalid_parameter", "command"],
    ["a long variable", { ...withArgv(["a"]), env: { BIG: "x".repeat(200_000) } }, "invalid_parameter", "env.BIG"],
  ])("refuses %s", (_what, input, kind, param) => {
    expect(() => createCommand(input)).toThrow(expect.objectContaining({ kind, param }));
  });

  it("measures arguments in bytes, and says the limit and the way out", () => {
    const euros = `${"€".repeat(Math.floor(longestArgument / 3))}x`;
    expect(Buffer.byteLength(euros)).toBe(longestArgument);
    expect(() => createCommand(withArgv(["a", euros]))).not.toThrow();
    expect(() => createCommand(withArgv(["a", `${euros}x`]))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("stdin"),
        details: expect.objectContaining({ limit: longestArgument, errno: "E2BIG" }),
      }),
    );
  });
});
