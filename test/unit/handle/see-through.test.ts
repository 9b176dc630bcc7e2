import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import { type FakeEngine, fakeEngine, turn } from "../../support/fake-engine.ts";

const broken = (): never => {
  throw new Error("no thread is left");
};

async function until(engine: FakeEngine, isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < 500 && !isSo(); waited++) await engine.pass(10);
  expect(isSo()).toBe(true);
}

async function start(engine: FakeEngine, session: Session) {
  const { data } = await session.call("run_command", { argv: ["true"], background: true });
  const handle = engine.supervisor.get(String(data["handle_id"]));
  const [process] = engine.launcher.processes;
  if (handle === undefined || process === undefined) throw new Error("not started");
  return { handle, process };
}

describe("a handle whose supervision fails", () => {
  it("after the end has its report all the same: how the command ended, and the failure", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const { handle, process } = await start(engine, session);
    process.print("words\n");
    // Asked for when nobody is left, for its screen.
    Object.defineProperty(process.child, "terminal", { get: once(broken, null) });
    process.exit({ code: 3, signal: null });
    await until(engine, () => handle.phase === "ended");
    expect(await handle.ended).toMatchObject({
      outcome: "exited",
      exitCode: 3,
      error: "no thread is left",
      errorKind: "internal",
      stdout: { text: "words\n" },
    });
    const { data } = await session.call("drain_inbox", {});
    expect(data["messages"]).toHaveLength(1);
    expect(await engine.supervisor.close()).toEqual([]);
  });

  it("while it runs is stopped, reported once, and holds up no close", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const { handle, process } = await start(engine, session);
    Object.defineProperty(process.child.stdout ?? {}, "runOut", { value: broken });
    const closing = engine.supervisor.close();
    await until(engine, () => handle.phase === "ended");
    expect((await closing).map(({ handleId }) => handleId)).toEqual([handle.id]);
    expect(await handle.ended).toMatchObject({
      endedBy: { kind: "runtime_close" },
      signal: "SIGTERM",
      error: "no thread is left",
    });
  });

  it("gives its mark back only when nobody can look at it any more", async () => {
    using engine = await fakeEngine({
      through: (ledger) => ({
        ...ledger,
        record: async (request) => {
          atRecord.push(engine.releasedMarks.length);
          return ledger.record(request);
        },
      }),
    });
    const atRecord: number[] = [];
    const session = await engine.openSession();
    const { handle, process } = await start(engine, session);
    process.exit();
    await until(engine, () => handle.phase === "ended");
    await turn();
    expect(atRecord).toEqual([0]);
    expect(engine.releasedMarks).toHaveLength(1);
  });
});

/** The first time one thing, then another. */
function once<T>(first: () => T, then: T): () => T {
  let asked = false;
  return () => {
    if (asked) return then;
    asked = true;
    return first();
  };
}
