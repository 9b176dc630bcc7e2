import { existsSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { OperationContext } from "../../../src/handle/operation.ts";
import { fakeEngine } from "../../support/fake-engine.ts";
import { endOf, never, results } from "../../support/operations.ts";

describe("an operation that ends by itself", () => {
  it.each([
    ["a value", () => ({ a: [1] }), { a: [1] }],
    ["a promise", async () => "x", "x"],
    ["nothing", () => undefined, null],
    ["what has no JSON", () => () => 1, null],
  ])("that returns %s is one result in the inbox", async (_what, run, value) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const operation = await session.startOperation("index", run, { label: "the index", callId: "call_7" });
    const report = await endOf(engine, operation.ended);
    expect(report).toMatchObject({
      outcome: "returned",
      endedBy: { kind: "returned", by: "operation", reason: null },
      operation: "index",
      command: "index",
      commandId: null,
      exitCode: null,
      pid: null,
      error: null,
      result: { value, path: null },
    });
    expect(operation).toMatchObject({ handleId: expect.stringMatching(/^hso-/), alias: "h1" });
    const messages = await results(engine, session);
    expect(messages).toMatchObject([{ handleId: operation.handleId, callId: "call_7", label: "the index" }]);
    expect(messages[0]?.body).toEqual(report);
  });

  const cycle: Record<string, unknown> = {};
  cycle["itself"] = cycle;
  it.each([
    [
      "at once",
      () => {
        throw new RangeError("too far");
      },
      "too far",
      null,
    ],
    [
      "later",
      async () => {
        throw new RangeError("too far");
      },
      "too far",
      null,
    ],
    [
      "an error of ours",
      () => {
        throw new LonghandError("not_found", "no base");
      },
      "no base",
      "not_found",
    ],
    ["undefined", () => Promise.reject(undefined), "it threw undefined", null],
    [
      "an empty error",
      () => {
        throw new TypeError("");
      },
      "TypeError",
      null,
    ],
    [
      "what cannot be shown",
      () => {
        throw Object.create(null);
      },
      "it threw what cannot be shown",
      null,
    ],
    [
      "an AbortError of its own",
      () => {
        throw new DOMException("its own", "AbortError");
      },
      "its own",
      null,
    ],
    ["a result that is no JSON", () => 1n, expect.stringContaining("its result is not JSON"), null],
    ["a cycle", () => cycle, expect.stringContaining("its result is not JSON"), null],
  ])("that throws %s failed, and that is a result too", async (_what, run, error, errorKind) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const report = await endOf(engine, (await session.startOperation("index", run)).ended);
    expect(report).toMatchObject({ outcome: "failed", endedBy: { kind: "threw" }, error, errorKind, result: null });
    expect(await results(engine, session)).toHaveLength(1);
  });

  it("has its output counted, capped and kept like that of a command", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const write = ({ write }: OperationContext): void => {
      write("one\ntwo\n");
      write(Buffer.from("three\n"));
    };
    const report = await endOf(engine, (await session.startOperation("index", write)).ended);
    expect(report).toMatchObject({
      stdout: { text: "one\ntwo\nthree\n" },
      output: { combined: { bytes: 14, lines: 3 } },
    });
    expect(readFileSync(report.output.combined.path ?? "", "utf8")).toBe("one\ntwo\nthree\n");
    const wrong = await session.startOperation("index", ({ write }) => write(7 as never));
    expect(await endOf(engine, wrong.ended)).toMatchObject({ outcome: "failed", errorKind: "invalid_parameter" });
  });

  it("keeps a result beyond 64 KiB in a file, and one beyond what a text shows in both", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const of = async (length: number) =>
      endOf(engine, (await session.startOperation("index", () => "x".repeat(length))).ended);
    const { result: small } = await of(998);
    expect(small).toEqual({ value: "x".repeat(998), path: null, bytes: 1_000 });
    const { result: middle } = await of(65_534);
    expect(middle).toMatchObject({ value: "x".repeat(65_534), bytes: 65_536 });
    expect(JSON.parse(readFileSync(middle?.path ?? "", "utf8"))).toBe(middle?.value);
    const { result: large } = await of(65_535);
    expect(large).toMatchObject({ value: null, bytes: 65_537, path: expect.stringMatching(/result\.json$/) });
    expect(statSync(large?.path ?? "").mode & 0o777).toBe(0o600);
    expect(readFileSync(large?.path ?? "", "utf8")).toBe(`"${"x".repeat(65_535)}"`);
  });
});

describe("progress", () => {
  it("is in each look, coalesced in the inbox when it was asked for, and in the report", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const end = Promise.withResolvers<void>();
    const operation = await session.startOperation(
      "index",
      async ({ report }) => {
        for (let done = 1; done <= 5; done++) report({ done, total: 9, message: "file [a]" });
        await end.promise;
      },
      { progressIntervalMs: 100 },
    );
    await engine.pass(1_000);
    const look = await session.call("wait_command", { handle_id: "h1" });
    expect(look.data["progress"]).toEqual({ done: 5, total: 9, message: "file [a]" });
    expect(look.text).toContain("5/9 · file (a)");
    const unread = await engine.ledger.unread({ sessionId: session.id, limit: 100 });
    expect(unread).toMatchObject([{ kind: "tool_progress", body: { progress: { done: 5, total: 9 } } }]);
    end.resolve();
    expect((await endOf(engine, operation.ended)).progress).toEqual({ done: 5, total: 9, message: "file [a]" });
  });

  it("is in the list of handles, beside the label and what it does", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const run = ({ report }: OperationContext) => {
      report({ done: 12, total: 50, message: "a.ts" });
      return never();
    };
    await session.startOperation("index", run, { label: "all", descriptor: `index ${"x".repeat(200)}` });
    await engine.pass(100);
    const { text, data } = await session.call("list_handles", {});
    expect(text).toMatch(/^\[h1 · running · \d+ms · 12\/50 · a\.ts\] all: index x{73}…$/);
    expect(data["handles"]).toMatchObject([{ progress: { done: 12, total: 50, message: "a.ts" } }]);
  });

  it.each([
    ["too large", { message: "x".repeat(10_000) }, { message: "more than 8192 bytes of progress are not shown" }],
    ["no JSON", { done: 1n as never }, null],
    ["no object", "half" as never, null],
  ])("that is %s harms nothing", async (_what, progress, shown) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const operation = await session.startOperation("index", ({ report }) => report(progress));
    expect(await endOf(engine, operation.ended)).toMatchObject({ outcome: "returned", progress: shown });
  });
});

describe("starting", () => {
  it.each([
    ["name", "", {}],
    ["name", "x".repeat(101), {}],
    ["timeoutMs", "index", { timeoutMs: -1 }],
    ["progressIntervalMs", "index", { progressIntervalMs: 0.5 }],
    ["maxOutputBytes", "index", { maxOutputBytes: 0 }],
    ["label", "index", { label: "" }],
    ["name", "two\nlines", {}],
    ["name", "\u001b[31mred", {}],
    ["foo", "index", { foo: 1 } as object],
  ])("refuses a wrong %s", async (param, name, options) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    await expect(session.startOperation(name, never, options)).rejects.toMatchObject({
      kind: "invalid_parameter",
      param,
    });
  });

  it("joins the first when it is repeated, and refuses when that has ended", async () => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    const end = Promise.withResolvers<void>();
    let runs = 0;
    const run = () => {
      runs += 1;
      return end.promise;
    };
    const start = () => session.startOperation("index", run, { requestId: "r" });
    const [first, second] = [await start(), await start()];
    expect(second.handleId).toBe(first.handleId);
    end.resolve();
    await endOf(engine, first.ended);
    await expect(start()).rejects.toMatchObject({ kind: "conflict", details: { handle_id: first.handleId } });
    expect(runs).toBe(1);
  });

  it("says so when there is no room, and leaves nothing", async () => {
    using engine = await fakeEngine({ descriptors: 1 });
    const session = await engine.openSession();
    let ran = false;
    const holding = await session.startOperation("index", never);
    await expect(session.startOperation("index", () => (ran = true))).rejects.toMatchObject({ kind: "capacity" });
    expect(ran).toBe(false);
    holding.cancel();
    const { directory } = engine.supervisor.get(holding.handleId) ?? { directory: "" };
    await endOf(engine, holding.ended);
    expect(existsSync(directory)).toBe(true);
  });
});
