/** Options of a call and of a session that are none are named, and nothing is started. */
import { describe, expect, it } from "vitest";
import type { CallOptions } from "../../../src/session/call-options.ts";
import { checkOptions } from "../../../src/session/check-options.ts";
import { checkOpenOptions } from "../../../src/session/open-options.ts";
import { fakeEngine } from "../../support/fake-engine.ts";

const command = { argv: ["build"] };
const ofHostCall = "callId | signal";
const ofCall = `${ofHostCall} | onOutput | requestId`;
const foreignSignal = { aborted: false, addEventListener: () => {}, removeEventListener: () => {} };

type Wrong = readonly [options: unknown, param: string, expected: string, got: string, hint?: string];

const wrongInBoth: readonly Wrong[] = [
  [null, "options", "an object", "null"],
  ["c1", "options", "an object", "string"],
  [["c1"], "options", "an object", "a list"],
  [{ callId: 5 }, "callId", "a string", "number"],
  [{ callId: null }, "callId", "a string", "null"],
  [{ signal: null }, "signal", "an AbortSignal", "null"],
  [{ signal: new AbortController() }, "signal", "an AbortSignal", "object"],
];

async function nothingHappened(
  call: (engine: Awaited<ReturnType<typeof fakeEngine>>) => Promise<unknown>,
  wrong: object,
) {
  using engine = await fakeEngine();
  await expect(call(engine)).rejects.toMatchObject({ kind: "invalid_parameter", ...wrong });
  expect(await engine.ledger.list({ sessionId: "s", state: null, limit: 10 })).toEqual([]);
  expect(engine.launcher.processes).toEqual([]);
}

describe("the options of a call", () => {
  it.each<Wrong>([
    ...wrongInBoth,
    [{ callid: "x" }, "callid", ofCall, "callid", "callid is no option of a call; did you mean callId?"],
    [{ abortSignal: foreignSignal }, "abortSignal", ofCall, "abortSignal"],
    [{ constructor: 1 }, "constructor", ofCall, "constructor"],
    [{ onOutput: "stdout" }, "onOutput", "a function", "string"],
    [{ requestId: 7 }, "requestId", "a string", "number"],
    [{ streams: 7 }, "streams", "an object", "number"],
  ])("%j: %s is refused, and nothing is started", async (options, param, expected, got, message) => {
    const wrong = {
      param,
      tool: "run_command",
      details: { expected, got },
      ...(message === undefined ? {} : { message }),
    };
    for (const how of ["call", "dispatch"] as const) {
      await nothingHappened(async (engine) => {
        const session = await engine.openSession({ id: "s" });
        const answering = session[how]("run_command", command, options as object);
        expect(session.callsInFlight()).toEqual([]);
        return answering;
      }, wrong);
    }
  });

  it.each<CallOptions>([
    {},
    { callId: "" },
    { callId: "c1", signal: foreignSignal as unknown as AbortSignal, onOutput: () => {}, requestId: "r", streams: {} },
    Object.freeze(Object.assign(Object.create(null), { callId: "c1", signal: undefined })),
  ])("%j are its own", async (options) => {
    using engine = await fakeEngine();
    const session = await engine.openSession();
    expect(await session.call("run_command", { ...command, background: true }, options)).toMatchObject({
      status: "running",
    });
  });
});

describe("the options of a host call", () => {
  it.each<Wrong>([
    ...wrongInBoth,
    [{ call_id: "x" }, "call_id", ofHostCall, "call_id", "call_id is no option of a host call; did you mean callId?"],
    [{ onOutput: () => {} }, "onOutput", ofHostCall, "onOutput"],
    [{ requestId: "r" }, "requestId", ofHostCall, "requestId"],
    [{ streams: {} }, "streams", ofHostCall, "streams"],
  ])("%j: %s is refused, and nothing is started", async (options, param, expected, got, message) => {
    const wrong = {
      param,
      tool: "process.spawn",
      details: { expected, got },
      ...(message === undefined ? {} : { message }),
    };
    await nothingHappened(async (engine) => {
      const session = await engine.openSession({ id: "s" });
      return session.hostCall("process", "spawn", command, options as object);
    }, wrong);
  });
});

describe("the options of a session that is opened", () => {
  const known = "id | parent | onClose | lastClaim";
  it.each<Wrong>([
    [null, "options", "an object", "null"],
    [{ idd: "q" }, "idd", known, "idd", "idd is no option of openSession; did you mean id?"],
    [
      { on_close: "stop" },
      "on_close",
      known,
      "on_close",
      "on_close is no option of openSession; did you mean onClose?",
    ],
    [{ id: 5 }, "id", "a string", "number"],
    [{ id: "" }, "id", "1 to 200 characters", "0"],
    [{ id: "x".repeat(201) }, "id", "1 to 200 characters", "201"],
    [{ parent: {} }, "parent", "a string", "object"],
    [{ onClose: "keep" }, "onClose", "hand_over | stop", "string"],
    [{ lastClaim: null }, "lastClaim", "a string", "null"],
  ])("%j: %s is refused", (options, param, expected, got, message) => {
    expect(() => checkOpenOptions(options as object)).toThrow(
      expect.objectContaining({
        kind: "invalid_parameter",
        param,
        details: { expected, got },
        ...(message === undefined ? {} : { message }),
      }),
    );
  });

  it("may all be there, and none", () => {
    checkOpenOptions({});
    checkOpenOptions({ id: "x".repeat(200), parent: "p", onClose: "stop", lastClaim: "claim" });
  });
});

it("a name that nobody would print is not printed whole", () => {
  const long = "x".repeat(5_000);
  expect(() => checkOptions({ [long]: 1 }, { callId: "a string" }, "a call")).toThrow(
    expect.objectContaining({ param: "x".repeat(60) }),
  );
});
