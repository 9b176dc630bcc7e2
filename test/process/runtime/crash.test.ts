import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture } from "../../support/process-observer.ts";
import { callTool, drainResults, temporaryDirectory, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

/** A host that was killed as it ran, and what it had going. */
async function crashedHost(
  stateDir: string,
  sessionId: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Record<"acked" | "unacked" | "running" | "tested", string>> {
  const host = spawn(process.execPath, [fixture("host.ts"), stateDir, sessionId], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const [line] = (await once(createInterface(host.stdout), "line")) as [string];
  const exited = once(host, "exit");
  host.kill("SIGKILL");
  await exited;
  return JSON.parse(line);
}

describe("promise 1 and 4: after kill -9 of the host", () => {
  it("what was not acknowledged is there, what was is not, and what ran is reported lost, once, and is dead", async () => {
    const stateDir = temporaryDirectory();
    try {
      const ids = await crashedHost(stateDir, "ses_crash");
      await using at = await testRuntime({ store: "sqlite", stateDir });
      const session = await at.runtime.openSession({ id: "ses_crash" });
      const results = await drainResults(session);
      expect(results.map((result) => [result["handle_id"], result["status"]])).toEqual([
        [ids.unacked, "completed"],
        [ids.running, "lost"],
        [ids.tested, "lost"],
      ]);
      const [, lost, tests] = results as [JsonObject, JsonObject, JsonObject];
      expect(tests).toMatchObject({ summary: { passed: 1, failed: 1, skipped: 0 }, failures: [{ name: "wrong" }] });
      expect(lost).toMatchObject({ exit_code: null, outcome: "lost", output_incomplete: true });
      expect(lost["stdout"]).toContain("printed before the crash");
      const [leader, escaped] = [Number(lost["pid"]), Number(String(lost["stdout"]).split("\n")[1])];
      await eventually(() => !isAlive(leader) && !isAlive(escaped));
      const read = await callTool(session, "read_command_output", { handle_id: ids.running, length: 24 });
      expect(read["content"]).toBe("printed before the crash");
      expect(await drainResults(session)).toEqual([]);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });

  it("its pipes' directory is gone", async () => {
    const stateDir = temporaryDirectory();
    const runtimeDir = temporaryDirectory();
    try {
      await crashedHost(stateDir, "ses_crash", { LONGHAND_RUNTIME_DIR: runtimeDir });
      expect(readdirSync(runtimeDir)).toHaveLength(1);
      await (await testRuntime({ store: "sqlite", stateDir, runtimeDir }))[Symbol.asyncDispose]();
      expect(readdirSync(runtimeDir)).toEqual([]);
    } finally {
      for (const directory of [stateDir, runtimeDir]) rmSync(directory, { recursive: true, force: true });
    }
  });

  it("a second start finds nothing more to report", async () => {
    const stateDir = temporaryDirectory();
    try {
      await crashedHost(stateDir, "ses_crash");
      await (await testRuntime({ store: "sqlite", stateDir }))[Symbol.asyncDispose]();
      await using at = await testRuntime({ store: "sqlite", stateDir });
      const session = await at.runtime.openSession({ id: "ses_crash" });
      expect((await drainResults(session)).map(({ status }) => status)).toEqual(["completed", "lost", "lost"]);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
