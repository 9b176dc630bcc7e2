import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ApprovalRequest, Approve } from "../../../src/session/approval.ts";
import { eventually } from "../../support/eventually.ts";
import { scratch } from "../../support/process-observer.ts";
import { drainResults, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("approve", () => {
  it("is asked with what people need to decide", async () => {
    const asked: ApprovalRequest[] = [];
    await using at = await testRuntime({
      approve: (request) => {
        asked.push(request);
        return { decision: "allow" };
      },
    });
    await run(at.session, { argv: ["echo", "two words"], cwd: "/" }, { callId: "c1" });
    expect(asked).toMatchObject([
      { tool: "run_command", sessionId: at.session.id, callId: "c1", command: "echo 'two words'", cwd: "/" },
    ]);
  });

  it.each<[string, Approve, RegExp]>([
    ["a denial", () => ({ decision: "deny", reason: "not today" }), /^denied: not today$/],
    ["a rejection", () => Promise.reject(new Error("the dialog crashed")), /approval failed: the dialog crashed/],
    ["nonsense", () => ({ decision: "maybe" }) as never, /^denied/],
  ])("%s spawns nothing and is an error with its reason", async (_what, approve, message) => {
    using files = scratch();
    await using at = await testRuntime({ approve });
    const trace = join(files.path, "ran");
    const asking = run(at.session, { argv: ["touch", trace] });
    await expect(asking).rejects.toMatchObject({
      kind: "policy_denied",
      tool: "run_command",
      message: expect.stringMatching(message),
    });
    expect(existsSync(trace)).toBe(false);
    expect((await at.session.call("list_handles", { state: "any" })).data["handles"]).toEqual([]);
  });

  it("a rewrite runs instead, is checked, and is not asked about again", async () => {
    let asked = 0;
    await using at = await testRuntime({
      approve: ({ command }) => {
        asked += 1;
        const input = command === "bad" ? { comand: "typo" } : { command: "echo rewritten" };
        return { decision: "rewrite", input };
      },
    });
    expect(await run(at.session, "echo original")).toMatchObject({ stdout: "rewritten\n" });
    await expect(run(at.session, "bad")).rejects.toMatchObject({ kind: "invalid_parameter", param: "comand" });
    expect(asked).toBe(2);
  });

  it("its time counts in no timeout", async () => {
    const approve: Approve = () => new Promise((resolve) => setTimeout(resolve, 300, { decision: "allow" }));
    await using at = await testRuntime({ approve });
    expect(await run(at.session, { command: "sleep 0.05", timeout_ms: 250 })).toMatchObject({ status: "completed" });
  });

  it("a call that is cancelled while it is pending spawns nothing, and its question is void", async () => {
    using files = scratch();
    const trace = join(files.path, "ran");
    const asked: ApprovalRequest[] = [];
    await using at = await testRuntime({
      approve: (request) => {
        asked.push(request);
        return new Promise(() => {});
      },
    });
    const pending = run(at.session, { argv: ["touch", trace] }, { callId: "c1" });
    await eventually(() => asked.length === 1);
    await at.session.cancelCall("c1", { by: "user", reason: "no" });
    expect<unknown>(await pending).toMatchObject({
      status: "cancelled",
      pid: null,
      ended_by: { by: "user", reason: "no" },
    });
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(existsSync(trace)).toBe(false);
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("is not asked about a call that was cancelled before", async () => {
    let asked = 0;
    await using at = await testRuntime({
      approve: () => {
        asked += 1;
        return { decision: "allow" };
      },
    });
    expect(await run(at.session, "true", { signal: AbortSignal.abort() })).toMatchObject({ status: "cancelled" });
    expect(asked).toBe(0);
  });
});
