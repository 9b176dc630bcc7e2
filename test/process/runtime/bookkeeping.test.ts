import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe.each(stores)("a repeated request (%s)", (store) => {
  it("joins the command while it runs", async () => {
    await using at = await testRuntime({ store });
    const options = { requestId: "once" };
    const [first, second] = await Promise.all([
      run(at.session, "sleep 0.3; echo $$", options),
      run(at.session, "sleep 0.3; echo $$", options),
    ]);
    expect(second).toMatchObject({ handle_id: first["handle_id"], stdout: first["stdout"] });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("gets the report of a command that has ended", async () => {
    await using at = await testRuntime({ store });
    const first = await run(at.session, "echo $$", { requestId: "once" });
    const again = await run(at.session, "echo $$", { requestId: "once" });
    expect(again).toMatchObject({ handle_id: first["handle_id"], stdout: first["stdout"], status: "completed" });
    expect(await callTool(at.session, "list_handles", { state: "any" })).toMatchObject({ handles: [{ alias: "h1" }] });
  });
});

describe("a handle that was never placed", () => {
  it("leaves no directory behind", async () => {
    await using at = await testRuntime({ store: "sqlite" });
    await run(at.session, "true", { requestId: "once" });
    await run(at.session, "true", { requestId: "once" });
    expect(readdirSync(join(at.stateDir, "artifacts"))).toHaveLength(1);
  });
});

describe.each(stores)("inbox.pending (%s)", (store) => {
  it("follows by itself what comes and goes", async () => {
    await using at = await testRuntime({ store });
    expect(at.session.inbox.pending).toBe(0);
    await run(at.session, { command: "true", background: true });
    await eventually(() => at.session.inbox.pending === 1);
    await drainResults(at.session);
    await eventually(() => at.session.inbox.pending === 0);
  });
});

describe("a session id", () => {
  it.each(["", "x".repeat(201), 7 as unknown as string])("is refused when it is %j", async (id) => {
    await using at = await testRuntime();
    await expect(at.runtime.openSession({ id })).rejects.toMatchObject({ kind: "invalid_parameter", param: "id" });
  });
});

describe("artifacts of the memory store", () => {
  it("go with the runtime", async () => {
    await using at = await testRuntime();
    const { stdout_path: path } = await run(at.session, "echo hi");
    expect(String(path).startsWith(at.stateDir)).toBe(true);
    await at.runtime.close();
    expect(readdirSync(at.stateDir)).toEqual([]);
  });
});
