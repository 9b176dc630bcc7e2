/** Whose the report of a spawned process is: the caller's who asks by its handle, or the parent's who inherits it. */
import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import { collectGarbage } from "../../support/collect.ts";
import { eventually } from "../../support/eventually.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";
import { processesOf } from "../../support/host-calls.ts";
import { drain, drainResults } from "../../support/runtime.ts";

/** A parent with a child that has spawned one process. `hold`: no report is recorded before `go`. */
async function family({ hold = false } = {}) {
  const gate = Promise.withResolvers<void>();
  if (!hold) gate.resolve();
  const at = { recording: 0 };
  const engine = await fakeEngine({
    through: (ledger) => ({
      ...ledger,
      async record(request) {
        at.recording += 1;
        await gate.promise;
        return ledger.record(request);
      },
    }),
  });
  const parent = await engine.openSession();
  const child = await engine.openSession({ parent: parent.id });
  const handleId = await processesOf(child).spawn("make");
  const [handle] = child.live();
  const [process] = engine.launcher.processes;
  if (handle === undefined || process === undefined) throw new Error("it does not run");
  return { engine, parent, child, handleId, handle, process, at, go: gate.resolve };
}

/** All that comes, and nothing after it. */
async function everything(engine: FakeEngine, session: Session) {
  await engine.pass(500);
  const first = await drain(session);
  await engine.pass(500);
  return [...first, ...(await drain(session))];
}

describe("a spawned process whose session closes goes to the parent", () => {
  it("and ends there: one message, which nobody has had before", async () => {
    const { engine, parent, child, handleId, process } = await family();
    using _ = engine;
    await child.close();
    process.exit();
    const messages = await everything(engine, parent);
    expect(messages).toMatchObject([{ kind: "tool_result", redelivered: false, body: { handle_id: handleId } }]);
  });

  it("and had ended, its report on the way to the child: one message", async () => {
    const { engine, parent, child, handleId, handle, process, at, go } = await family({ hold: true });
    using _ = engine;
    process.exit();
    await eventually(async () => {
      await engine.pass(10);
      return at.recording === 1;
    });
    expect(handle.carriedBy).not.toBeNull();
    await child.close();
    expect(handle.owner).toBe(parent.id);
    go();
    const messages = await everything(engine, parent);
    expect(messages).toMatchObject([{ kind: "tool_result", body: { handle_id: handleId } }]);
  });

  it("but not when it had ended and the child could know: that is no news", async () => {
    const { engine, parent, child, handle, process } = await family();
    using _ = engine;
    process.exit();
    await eventually(async () => {
      await engine.pass(10);
      return handle.isCommitted;
    });
    await turn();
    await child.close();
    expect(await everything(engine, parent)).toEqual([]);
  });
});

describe("a session whose reader has left", () => {
  /** With something to keep, so that it stays open. */
  async function leaves(engine: FakeEngine, id: string): Promise<WeakRef<Session>> {
    const session = await engine.openSession({ id });
    await session.call("run_command", { argv: ["make"], background: true });
    await processesOf(session).spawn("serve");
    const left = session.leave();
    await engine.pass(100);
    await left;
    return new WeakRef(session);
  }

  it("is let go of, and what it spawned is in no inbox later", async () => {
    using engine = await fakeEngine();
    const left = await leaves(engine, "s");
    await eventually(async () => {
      await turn();
      collectGarbage();
      return left.deref() === undefined;
    });
    const again = await engine.openSession({ id: "s" });
    expect(await drainResults(again)).toMatchObject([{ command: "make" }]);
  });
});
