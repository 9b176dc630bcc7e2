import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync, statSync } from "node:fs";
import { createInterface } from "node:readline";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { OperationContext } from "../../../src/index.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture } from "../../support/process-observer.ts";
import { callTool, drain, drainResults, stores, temporaryDirectory, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const aborted = ({ signal }: OperationContext): Promise<void> =>
  new Promise((resolve) => signal.addEventListener("abort", () => resolve()));

describe.each(stores)("an operation (%s)", (store) => {
  it("reports its progress once, coalesced, and its result once", async () => {
    await using at = await testRuntime({ store });
    const { session } = at;
    const end = Promise.withResolvers<void>();
    const operation = await session.startOperation(
      "index",
      async ({ report, write }) => {
        for (let done = 1; done <= 50; done++) report({ done, total: 50 });
        write("fifty\n");
        await end.promise;
        return { files: 50 };
      },
      { progressIntervalMs: 5, label: "the index" },
    );
    const before = (await session.inbox.refresh()).messages;
    await eventually(async () => (await session.inbox.refresh()).messages > before);
    const look = await callTool(session, "wait_command", { handle_id: operation.alias });
    expect(look).toMatchObject({ status: "running", operation: "index", progress: { done: 50, total: 50 } });
    const read = await callTool(session, "read_command_output", { handle_id: operation.alias });
    expect(read["content"]).toBe("fifty\n");
    const { handles } = await callTool(session, "list_handles", {});
    expect(handles).toMatchObject([
      { handle_id: operation.handleId, operation: "index", command: null, status: "running" },
    ]);
    // One look: the next progress may come behind it.
    const { messages } = await callTool(session, "drain_inbox", { max_messages: 1_000 });
    const [progress, ...others] = messages as unknown as JsonObject[];
    expect(others).toEqual([]);
    expect(progress).toMatchObject({ kind: "tool_progress", body: { progress: { done: 50 } } });
    end.resolve();
    await operation.ended;
    const all = (await eventually(async () => {
      const messages = await drain(session);
      return messages.some(({ kind }) => kind === "tool_result") ? messages : null;
    })) as JsonObject[];
    const [result, ...more] = all.filter(({ kind }) => kind === "tool_result");
    expect(more).toEqual([]);
    expect(result?.["body"]).toMatchObject({
      status: "completed",
      outcome: "returned",
      label: "the index",
      result: { files: 50 },
      result_path: null,
      exit_code: null,
      pid: null,
      command_id: null,
      process_cleanup: null,
      line_count: 1,
    });
    expect(await drainResults(session)).toEqual([]);
  });

  it("ends with cancel_handle, whose answer carries the only result", async () => {
    await using at = await testRuntime({ store });
    const { session } = at;
    const operation = await session.startOperation("index", async (context) => {
      await aborted(context);
      return "half";
    });
    const input = { handle_id: operation.alias, wait_result_ms: 60_000, reason: "enough" };
    const { status, data, text } = await session.call("cancel_handle", input);
    expect(status).toBe("killed");
    expect(data).toMatchObject({ cancelled: true, result: { outcome: "cancelled", result: "half" } });
    expect(text).toMatch(/^\[cancelled h1 .* by agent: "enough"/);
    expect(text).toContain('"half"');
    const again = await callTool(session, "cancel_handle", input);
    expect(again).toMatchObject({ cancelled: false, result: { outcome: "cancelled" } });
    expect(await drainResults(session)).toEqual([]);
  });

  it("that ignores its signal does not keep its session open", async () => {
    await using at = await testRuntime({ store, stopGraceMs: 100 });
    const session = await at.runtime.openSession();
    await session.startOperation("stubborn", () => new Promise(() => {}));
    const reports = await session.close();
    expect(reports).toMatchObject([{ outcome: "cancelled", endedBy: { kind: "session_close" } }]);
    expect(reports[0]?.error).toContain("abandoned");
  });
});

describe("what an operation leaves", () => {
  it("is readable from another runtime: report, output, and a result that was too large for it", async () => {
    const stateDir = temporaryDirectory();
    try {
      const value = "é".repeat(50_000);
      let name = "";
      {
        await using at = await testRuntime({ store: "sqlite", stateDir });
        const session = await at.runtime.openSession({ id: "ses_operations" });
        const operation = await session.startOperation("index", ({ write }) => {
          write("kept\n");
          return value;
        });
        name = operation.handleId;
        const { result } = await operation.ended;
        expect(result).toMatchObject({ value: null, bytes: 100_002 });
        expect(statSync(result?.path ?? "").mode & 0o777).toBe(0o600);
      }
      await using at = await testRuntime({ store: "sqlite", stateDir });
      const session = await at.runtime.openSession({ id: "ses_operations" });
      const [report] = await drainResults(session);
      expect(report).toMatchObject({ handle_id: name, result: null, result_bytes: 100_002, stdout: "kept\n" });
      const whole = { handle_id: name, stream: "result", length: 200_000 };
      expect(JSON.parse(String((await callTool(session, "read_command_output", whole))["content"]))).toBe(value);
      const byPath = { path: report?.["result_path"], length: 3 };
      expect(await callTool(session, "read_command_output", byPath)).toMatchObject({ stream: "result", content: '"é' });
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });

  it("is its output and the word lost, when its host was killed", async () => {
    const stateDir = temporaryDirectory();
    try {
      const host = spawn(process.execPath, [fixture("operation-host.ts"), stateDir, "ses_crash"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [name] = (await once(createInterface(host.stdout), "line")) as [string];
      const exited = once(host, "exit");
      host.kill("SIGKILL");
      await exited;
      await using at = await testRuntime({ store: "sqlite", stateDir });
      const session = await at.runtime.openSession({ id: "ses_crash" });
      expect(await drainResults(session)).toMatchObject([
        {
          handle_id: name,
          status: "lost",
          operation: "index",
          command_id: null,
          stdout: "written before the crash\n",
          ended_by: { cause: "host_lost", reason: "the host process died, and the operation with it" },
        },
      ]);
      expect(await drainResults(session)).toEqual([]);
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
