import { describe, expect, it } from "vitest";
import { parseInput } from "../../../src/tools/input.ts";
import { conditionOf } from "../../../src/tools/ready-input.ts";
import { runCommandInput } from "../../../src/tools/run-command-input.ts";

const parse = (ready: unknown) => parseInput(runCommandInput, { command: "x", ready }, "run_command").ready;

describe("ready", () => {
  it.each([
    [{ port: 8000 }, { kind: "port", port: 8000, owner: "tree" }],
    [
      { port: 8000, owner: "any", timeout_ms: 5 },
      { kind: "port", port: 8000, owner: "any" },
    ],
    [{ http: ":8000/x" }, { kind: "http", url: new URL("http://localhost:8000/x"), owner: "tree" }],
    [{ pattern: "Local:" }, { kind: "pattern", pattern: { source: "Local:" } }],
    [
      { pattern: "read+y", regex: true, port: null },
      { kind: "pattern", pattern: { source: "read+y" } },
    ],
  ])("%j", (ready, condition) => {
    const input = parse(ready);
    expect(input && conditionOf(input)).toMatchObject(condition);
  });

  it.each<[unknown, string, string]>([
    [{}, "ready", "one of pattern, port and http"],
    [{ timeout_ms: 5 }, "ready", "one of pattern, port and http"],
    [{ port: 1, pattern: "x" }, "ready.port", "only one of pattern, port and http, not pattern too"],
    [{ port: 1, http: ":1/" }, "ready.http", "only one of pattern, port and http, not port too"],
    [{ port: 0 }, "ready.port", "at least 1"],
    [{ port: 65_536 }, "ready.port", "at most 65535"],
    [{ port: "80" }, "ready.port", 'expected a number, got "80"'],
    [{ port: 80, regex: true }, "ready.regex", "it only with pattern"],
    [{ pattern: "x", owner: "any" }, "ready.owner", "it only with port or http"],
    [{ pattern: "" }, "ready.pattern", "at least 1 characters"],
    [
      { pattern: "(x", regex: true },
      "ready.pattern",
      "ready.pattern is no regular expression: missing closing ): `(x`",
    ],
    [{ http: "http://example.com/" }, "ready.http", "only this machine"],
    [{ http: "http://a:b@localhost/" }, "ready.http", "no credentials"],
    [{ ports: 80 }, "ready.ports", "did you mean port?"],
    ["8000", "ready", "expected an object"],
  ])("%j is refused by name", (ready, param, says) => {
    const error = (() => {
      try {
        return parse(ready);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ kind: "invalid_parameter", tool: "run_command", param });
    expect(String((error as Error).message)).toContain(says);
  });
});
