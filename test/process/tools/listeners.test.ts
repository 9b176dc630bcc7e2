/** Listeners of a call are a stranger's code: what they throw is not the command's fault. */
import { describe, expect, it } from "vitest";
import { callTool, drain, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const fails = (): never => {
  throw new Error("a listener fails");
};

describe("a listener that throws", () => {
  it("when it gets the terminal or bytes leaves the command running, with its report to come", async () => {
    await using at = await testRuntime();
    const command = "echo ready; read line; echo got $line";
    const streams = { onTerminal: fails, onBytes: fails };
    const input = { command, pty: {}, background: true };
    expect(await at.session.call("run_command", input, { streams })).toMatchObject({ status: "running" });
    const end = await callTool(at.session, "write_stdin", { handle_id: "h1", text: "it\n", wait_ms: 20_000 });
    const { stdout } =
      end["completed"] === true
        ? end
        : await callTool(at.session, "wait_command", { handle_id: "h1", timeout_ms: 20_000 });
    expect(stdout).toContain("got it");
    expect(await drain(at.session)).toEqual([]);
  });

  it("when it hears of readiness leaves the call waiting for the end", async () => {
    await using at = await testRuntime();
    const input = { command: "echo ready; sleep 0.5; echo end", ready: { pattern: "ready" } };
    const answer = await at.session.call("run_command", input, { streams: { onReady: fails } });
    expect(answer.data).toMatchObject({ completed: true, stdout: "ready\nend\n" });
  });
});
