import { describe, expect, it } from "vitest";
import { nearest, spellingHint } from "../../../src/base/nearest.ts";

describe("the nearest spelling", () => {
  const known = ["timeout_ms", "background", "command", "cwd"];

  it.each([
    ["timeout", "timeout_ms", true],
    ["time", "timeout_ms", false],
    ["timeoutms", "timeout_ms", true],
    ["Timeout_MS", "timeout_ms", true],
    ["backgroud", "background", true],
    ["comand", "command", true],
    ["cdw", "cwd", false],
    ["cmd", "command", true],
    ["CWD", "cwd", true],
    ["backg", "background", true],
    ["back", "background", false],
  ])("%s: %s (%s)", (word, meant, found) => expect(nearest(word, known)).toBe(found ? meant : null));

  it("is nothing when nothing is near, or nothing is known", () => {
    expect(nearest("environment", known)).toBeNull();
    expect(nearest("cwd", [])).toBeNull();
  });
});

it("the hint of a wrong spelling says what there is, also when there is nothing", () => {
  expect(spellingHint("cmd", ["command", "cwd"])).toBe("did you mean command?");
  expect(spellingHint("x", ["command", "cwd"])).toBe("known: command, cwd");
  expect(spellingHint("x", [])).toBe("it has none");
});
