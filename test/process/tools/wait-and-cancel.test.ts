import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drainResults, run, stores, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const start = (session: Session, command: string) => run(session, { command, background: true });
const wait = (session: Session, handle: unknown, ms?: number) =>
  callTool(session, "wait_command", { handle_id: handle, ...(ms === undefined ? {} : { timeout_ms: ms }) });
const cancel = (session: Session, handle: unknown, more = {}) =>
  callTool(session, "cancel_handle", { handle_id: handle, ...more });

describe.each(stores)("wait_command (%s)", (store) => {
  it("only looks by default", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "echo so far; sleep 60");
    await eventually(async () => (await wait(at.session, "h1"))["byte_count"] === 7);
    expect(await wait(at.session, "h1")).toMatchObject({
      status: "running",
      completed: false,
      timed_out: false,
      stdout: "so far\n",
    });
  });

  it("answers with the result as soon as it is there, and that is its delivery", async () => {
    await using at = await testRuntime({ store });
    const { handle_id: id } = await start(at.session, "sleep 0.2; echo done");
    expect(await wait(at.session, id, 10_000)).toMatchObject({
      status: "completed",
      feedback_kind: "tool_result",
      stdout: "done\n",
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("of a command that has ended takes its result out of the inbox, and can be repeated for free", async () => {
    await using at = await testRuntime({ store });
    const { handle_id: id } = await start(at.session, "echo done");
    await eventually(() => at.session.live().length === 0);
    expect(await wait(at.session, id)).toMatchObject({ status: "completed", stdout: "done\n" });
    expect(await wait(at.session, "h1", 1_000)).toMatchObject({ handle_id: id, completed: true });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("gives up without touching the command", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 60");
    expect(await wait(at.session, "h1", 50)).toMatchObject({ status: "running", timed_out: false });
    expect(at.session.live()).toHaveLength(1);
  });

  it.each(["handle_id", "a unique start of it", "alias", "command_id"])(
    "knows a handle by its %s, running and ended",
    async (how) => {
      await using at = await testRuntime({ store });
      const data = await start(at.session, "sleep 0.3");
      const id = String(data["handle_id"]);
      const name = { handle_id: id, alias: "h1", command_id: data["command_id"] }[how] ?? id.slice(0, 12);
      expect(await wait(at.session, name)).toMatchObject({ status: "running", handle_id: id });
      await eventually(() => at.session.live().length === 0);
      expect(await wait(at.session, name)).toMatchObject({ status: "completed", handle_id: id });
    },
  );

  it("knows no handle that is not there, and none of another session: not even whether it exists", async () => {
    await using at = await testRuntime({ store });
    const other = await at.runtime.openSession();
    const { handle_id: id } = await start(other, "sleep 60");
    for (const name of ["h9", "hto-00000000000000000000000000", String(id)]) {
      const asking = wait(at.session, name);
      await expect(asking).rejects.toMatchObject({ kind: "not_found", tool: "wait_command", param: "handle_id" });
      await expect(cancel(at.session, name)).rejects.toMatchObject({ kind: "not_found" });
      await expect(callTool(at.session, "read_command_output", { handle_id: name })).rejects.toMatchObject({
        kind: "not_found",
      });
    }
    expect(other.live()).toHaveLength(1);
  });
});

describe.each(stores)("cancel_handle (%s)", (store) => {
  it("with wait_result_ms: the answer is the delivery, nothing comes to the inbox", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "echo begun; sleep 60");
    await eventually(async () => (await wait(at.session, "h1"))["byte_count"] === 6);
    const data = await cancel(at.session, "h1", { wait_result_ms: 5_000, reason: "wrong branch" });
    expect<unknown>(data).toMatchObject({
      cancelled: true,
      result: {
        status: "killed",
        signal: "SIGTERM",
        exit_code: -1,
        stdout: "begun\n",
        ended_by: { cause: "cancel", by: "agent", reason: "wrong branch" },
        process_cleanup: { survivor_count: 0, complete: true },
      },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("without it: answers at once, and one result comes to the inbox", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 60");
    expect(await cancel(at.session, "h1")).toMatchObject({ cancelled: true, alias: "h1" });
    await eventually(() => at.session.live().length === 0);
    expect(await drainResults(at.session)).toMatchObject([{ status: "killed" }]);
  });

  it("of a command that has ended: not cancelled, and its stored result", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "exit 4");
    await eventually(() => at.session.live().length === 0);
    expect<unknown>(await cancel(at.session, "h1")).toMatchObject({
      cancelled: false,
      result: { status: "completed", exit_code: 4 },
    });
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("can record a timeout instead", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "sleep 60");
    const data = await cancel(at.session, "h1", { wait_result_ms: 5_000, timed_out: true });
    expect<unknown>(data).toMatchObject({ cancelled: true, result: { status: "timed_out", timed_out: true } });
  });

  it("a second caller joins: one cancels, both get the result", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await eventually(async () => (await wait(at.session, "h1"))["byte_count"] === 6);
    const [first, second] = await Promise.all(
      [1, 2].map((n) => cancel(at.session, "h1", { wait_result_ms: 5_000, reason: `${n}` })),
    );
    expect([first?.["cancelled"], second?.["cancelled"]]).toEqual([true, false]);
    for (const data of [first, second]) {
      expect<unknown>(data).toMatchObject({ result: { signal: "SIGKILL", ended_by: { reason: "1" } } });
    }
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("is over within 2 s, also when SIGTERM is ignored", async () => {
    await using at = await testRuntime({ store });
    await start(at.session, "trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await eventually(async () => (await wait(at.session, "h1"))["byte_count"] === 6);
    const startedAt = performance.now();
    await cancel(at.session, "h1", { wait_result_ms: 5_000 });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
