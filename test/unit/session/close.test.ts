/** Closing a session: final, complete, and only by whoever reads it now. */
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { heldStops, results, started } from "../../support/fake-calls.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";

const command = { argv: ["build"] };
const background = { ...command, background: true };

describe("close without a parent", () => {
  it("stops what runs and returns its reports", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", background);
    await session.call("run_command", background);
    const reports = await session.close();
    expect(reports.map(({ endedBy, alias }) => `h${alias} ${endedBy.kind}`)).toEqual([
      "h1 session_close",
      "h2 session_close",
    ]);
    expect(engine.supervisor.live()).toEqual([]);
  });

  it("returns the results that nobody read, too: it is their last chance", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", background);
    engine.launcher.processes[0]?.exit({ code: 7, signal: null });
    await turn();
    await session.call("run_command", background);
    const reports = await session.close();
    expect(reports.map(({ exitCode, endedBy }) => [exitCode, endedBy.kind])).toEqual([
      [7, "exit"],
      [-1, "session_close"],
    ]);
  });

  it("returns what the store does not have yet, because it fails", async () => {
    let failing = true;
    const through = (ledger: Ledger): Ledger => ({
      ...ledger,
      async record(request) {
        if (failing) throw new LonghandError("unavailable", "the disk is full");
        return ledger.record(request);
      },
    });
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    await session.call("run_command", background);
    engine.launcher.processes[0]?.exit();
    await turn();
    const reports = await session.close();
    expect(reports.map(({ endedBy }) => endedBy.kind)).toEqual(["exit"]);
    failing = false;
    await engine.pass(100);
    expect(await engine.ledger.get({ handleId: reports[0]?.handleId ?? "" })).toMatchObject({ state: "ended" });
  });

  it("is final, and a second close joins the first", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await session.call("run_command", background);
    const closing = session.close();
    expect(await session.close()).toBe(await closing);
    await expect(session.call("run_command", command)).rejects.toMatchObject({ kind: "closed" });
    await expect(session.dispatch("list_handles", {})).rejects.toMatchObject({ kind: "closed" });
    await expect(engine.openSession({ id: session.id })).rejects.toMatchObject({ kind: "closed" });
  });

  it("does not wait for a command that could not be placed", async () => {
    const placing = Promise.withResolvers<void>();
    const through = (ledger: Ledger): Ledger => ({
      ...ledger,
      async place() {
        await placing.promise;
        throw new LonghandError("unavailable", "the disk is full");
      },
    });
    using engine = await fakeEngine({ through });
    const session = await engine.openSession();
    const failing = expect(session.call("run_command", command)).rejects.toMatchObject({ kind: "unavailable" });
    await turn();
    const closing = session.close();
    placing.resolve();
    await failing;
    expect(await closing).toEqual([]);
    expect(engine.releasedMarks).toHaveLength(1);
  });

  it("by a reader that was fenced is refused, and touches nothing of the new one", async () => {
    using engine = await fakeEngine();
    const former = await engine.openSession();
    const current = await engine.openSession({ id: former.id });
    await current.call("run_command", background);
    await expect(former.close()).rejects.toMatchObject({ kind: "conflict" });
    await former[Symbol.asyncDispose]();
    expect(engine.supervisor.live().map(({ phase }) => phase)).toEqual(["running"]);
    expect((await current.call("list_handles", {})).data["handles"]).toHaveLength(1);
  });
});

describe("a reader that attaches while the one before it closes", () => {
  it.each([true, false])("keeps what it has begun (with a parent: %s)", async (withParent) => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    let parentId: string | null = null;
    let isGated = false;
    const through = (ledger: Ledger): Ledger => ({
      ...ledger,
      async session(request) {
        const isLast = request.sessionId === parentId || !withParent;
        const record = await ledger.session(request);
        if (isGated && isLast) {
          isGated = false;
          asked.resolve();
          await answer.promise;
        }
        return record;
      },
    });
    using engine = await fakeEngine({ through });
    const parent = await engine.openSession();
    if (withParent) parentId = parent.id;
    const former = await engine.openSession(withParent ? { parent: parent.id } : {});
    const old = former.call("run_command", command, { callId: "c1" });
    await started(engine);
    isGated = true;
    const closing = former.close();
    await asked.promise;
    const latter = await engine.openSession({ id: former.id });
    const own = latter.call("run_command", command, { callId: "c2" });
    await started(engine, 2);
    answer.resolve();
    await expect(closing).rejects.toMatchObject({ kind: "conflict" });
    await engine.pass(3_000);
    expect(latter.callsInFlight()).toMatchObject([{ cancelled: null }, { cancelled: null }]);
    expect(engine.supervisor.live().map(({ phase }) => phase)).toEqual(["running", "running"]);
    for (const process of engine.launcher.processes) process.exit();
    await engine.pass(100);
    expect([(await old).status, (await own).status]).toEqual(["completed", "completed"]);
  });

  it("finds in the inbox what the close had stopped before it was refused", async () => {
    using engine = await fakeEngine();
    const former = await engine.openSession();
    const stop = heldStops(engine);
    const { data } = await former.call("run_command", background);
    const closing = former.close();
    while (former.live()[0]?.phase !== "stopping") await turn();
    const latter = await engine.openSession({ id: former.id });
    stop.resolve();
    await expect(closing).rejects.toMatchObject({ kind: "conflict" });
    await engine.pass(100);
    expect(await results(engine, latter)).toEqual([data["handle_id"]]);
  });

  it("keeps it also when the former reader only leaves", async () => {
    using engine = await fakeEngine();
    const former = await engine.openSession();
    const latter = await engine.openSession({ id: former.id });
    const own = latter.call("run_command", command, { callId: "c2" });
    await started(engine);
    await expect(former.leave({ keep: true })).rejects.toMatchObject({ kind: "conflict" });
    expect(latter.callsInFlight()).toMatchObject([{ callId: "c2", cancelled: null }]);
    engine.launcher.processes[0]?.exit();
    await engine.pass(100);
    expect((await own).status).toBe("completed");
  });
});

describe("close with a parent", () => {
  it("hands over what runs in the background, under a new alias, and what is unread", async () => {
    using engine = await fakeEngine();
    const parent = await engine.openSession();
    await parent.call("run_command", background);
    const child = await engine.openSession({ parent: parent.id });
    const ended = await child.call("run_command", background);
    engine.launcher.processes[1]?.exit();
    await turn();
    const running = await child.call("run_command", background);
    expect(await child.close()).toEqual([]);
    const { data } = await parent.call("list_handles", { state: "any" });
    const rows = data["handles"] as { handle_id: string; alias: string; status: string }[];
    expect(rows.map((row) => [row.handle_id, row.alias, row.status]).slice(0, 2)).toEqual(
      expect.arrayContaining([
        [String(ended.data["handle_id"]), "h2", "completed"],
        [String(running.data["handle_id"]), "h3", "running"],
      ]),
    );
    const waiting = parent.call("wait_command", { handle_id: "h3", timeout_ms: 1_000 });
    await turn();
    engine.launcher.processes[2]?.exit();
    expect((await waiting).data).toMatchObject({ handle_id: running.data["handle_id"], status: "completed" });
    const mail = await parent.inbox.claim();
    expect(mail?.messages.map(({ handleId, alias }) => [handleId, alias])).toEqual([[ended.data["handle_id"], 2]]);
    expect(mail?.text).toContain("h2");
  });

  it.each([{ callId: "c1" }, {}])(
    "ends a foreground command first: its own call is its delivery (%j)",
    async (options) => {
      using engine = await fakeEngine();
      const parent = await engine.openSession();
      const child = await engine.openSession({ parent: parent.id });
      // The stop takes a while: the session must not be gone by then.
      engine.launcher.step = async (what) => {
        for (let turns = 0; what === "stop" && turns < 10; turns++) await turn();
      };
      const answering = child.call("run_command", command, options);
      await turn();
      await child.close();
      const { status, data } = await answering;
      expect(status).toBe("cancelled");
      expect(data["ended_by"] as unknown).toMatchObject({ cause: "cancel", by: "longhand" });
      await turn();
      expect(await parent.inbox.claim()).toBeNull();
      // Nor does it come again to whoever attaches after a crash.
      const again = await engine.openSession({ id: parent.id });
      expect(await again.inbox.claim()).toBeNull();
    },
  );
});
