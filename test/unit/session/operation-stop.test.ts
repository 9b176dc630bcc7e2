import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { OperationContext } from "../../../src/handle/operation.ts";
import { fakeEngine, turn } from "../../support/fake-engine.ts";
import { endOf, never, obedient, results } from "../../support/operations.ts";

describe("an operation that is to end", () => {
  it("hears of it with the reason, and is cancelled when it throws what its signal says", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    let reason: unknown;
    const operation = await session.startOperation("index", (context) => {
      context.signal.addEventListener("abort", () => (reason = context.signal.reason));
      return obedient(context);
    });
    await turn();
    expect(operation.cancel("enough")).toBe(true);
    expect(operation.cancel("again")).toBe(false);
    const report = await endOf(engine, operation.ended);
    expect(report).toMatchObject({
      outcome: "cancelled",
      endedBy: { kind: "cancel", by: "caller", reason: "enough" },
      error: null,
      result: null,
    });
    expect(reason).toMatchObject({ name: "AbortError", message: "cancel by caller: enough" });
  });

  it("stays cancelled when it returns then, with what it returned; another error is told", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const partly = await session.startOperation("index", (context) => obedient(context).catch(() => ({ done: 3 })));
    const broken = await session.startOperation("index", (context) =>
      obedient(context).catch(() => Promise.reject(new Error("no clean end"))),
    );
    await turn();
    partly.cancel();
    broken.cancel();
    expect(await endOf(engine, partly.ended)).toMatchObject({ outcome: "cancelled", result: { value: { done: 3 } } });
    expect(await endOf(engine, broken.ended)).toMatchObject({ outcome: "cancelled", error: "no clean end" });
  });

  it("is abandoned after 2 s when it does not react, and what it does later is dropped", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const late = Promise.withResolvers<string>();
    let context: OperationContext | undefined;
    const operation = await session.startOperation("index", (given) => {
      context = given;
      given.report({ done: 1 });
      given.write("before\n");
      return late.promise;
    });
    await turn();
    operation.cancel();
    await engine.pass(1_900);
    expect(engine.supervisor.live()).toHaveLength(1);
    await engine.pass(200);
    const report = await endOf(engine, operation.ended);
    expect(report).toMatchObject({
      outcome: "cancelled",
      progress: { done: 1 },
      stdout: { text: "before\n" },
      result: null,
    });
    expect(report.error).toMatch(/did not react to its signal within 2\.\ds and was abandoned/);
    context?.report({ done: 2 });
    context?.write("after\n");
    late.resolve("late");
    await engine.pass(100);
    const [message, ...others] = await results(engine, session);
    expect(others).toEqual([]);
    expect(message?.body).toEqual(report);
    expect(readFileSync(report.output.combined.path ?? "", "utf8")).toBe("before\n");
  });

  it("is abandoned at once when nobody gives it time", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const operation = await session.startOperation("index", never);
    const handle = engine.supervisor.get(operation.handleId);
    operation.cancel();
    await turn();
    handle?.requestStop(
      { kind: "cancel", by: "user", reason: null },
      { signal: "SIGKILL", graceMs: 0, deadlineMs: 2_000 },
    );
    await engine.pass(20);
    expect(engine.supervisor.live()).toEqual([]);
  });

  it.each([
    ["its timeout", "timed_out", "timeout"],
    ["its output limit", "output_limit", "output_limit"],
    ["its session", "cancelled", "session_close"],
    ["its runtime", "cancelled", "runtime_close"],
  ] as const)("ends with %s", async (what, outcome, kind) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const operation = await session.startOperation(
      "index",
      async (context) => {
        if (kind === "output_limit") context.write("x".repeat(100));
        await obedient(context);
      },
      { maxOutputBytes: 50, ...(kind === "timeout" ? { timeoutMs: 300 } : {}) },
    );
    await turn();
    if (what === "its session") void session.close();
    if (what === "its runtime") void engine.supervisor.close();
    expect(await endOf(engine, operation.ended)).toMatchObject({ outcome, endedBy: { kind }, error: null });
  });

  it("never runs when its session closes before it could", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    let ran = false;
    const starting = session.startOperation("index", () => (ran = true));
    const [report] = await session.close();
    await starting;
    expect([report?.outcome, report?.endedBy.kind, ran]).toEqual(["cancelled", "session_close", false]);
    await expect(session.startOperation("index", never)).rejects.toMatchObject({ kind: "closed" });
  });
});
