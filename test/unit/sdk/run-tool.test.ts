import { expect, it } from "vitest";
import { runTool } from "../../../src/sdk/run-tool.ts";
import type { AgentTool, AgentToolResult } from "../../../src/tools/agent-tools.ts";

const result: AgentToolResult = { text: "[cancelled h1]", data: {}, isError: false };

function toolThat(execute: AgentTool["execute"]): AgentTool {
  return { name: "run_command", execute } as Partial<AgentTool> as AgentTool;
}

it("a call that was cancelled by itself answers like any other", async () => {
  const given: unknown[] = [];
  const tool = toolThat(async (...args) => {
    given.push(...args);
    return result;
  });
  const { signal } = new AbortController();
  const options = { callId: "c1", signal };
  expect(await runTool(tool, { command: "true" }, options)).toBe(result);
  expect(given).toEqual([{ command: "true" }, options]);
  expect(await runTool(tool, {}, {})).toBe(result);
});

it("one whose whole run was cancelled rejects with the signal's reason, whatever it has answered", async () => {
  const abort = new AbortController();
  const tool = toolThat(async () => {
    abort.abort(new Error("the user left"));
    return result;
  });
  await expect(runTool(tool, {}, { signal: abort.signal })).rejects.toThrow("the user left");
});
