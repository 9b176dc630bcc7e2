/** A bridge that is made or used in a wrong way says which option is wrong. */
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createBridge, serveBridge } from "../../../src/bridge/index.ts";
import type { Runtime } from "../../../src/runtime.ts";

const runtime = { openSession: () => Promise.reject(new Error("not asked for")) } as never as Runtime;
const streams = () => ({ input: new PassThrough(), output: new PassThrough() });

describe("serve", () => {
  it.each([
    [
      "a socket instead of options",
      new PassThrough(),
      "input",
      "input: expected a readable stream of Node, got undefined",
    ],
    ["nothing", undefined, "input", /^input: expected/],
    ["no runtime", streams(), "runtime", "runtime: expected what createRuntime resolves with, got undefined"],
    ["a promise of a runtime", { ...streams(), runtime: Promise.resolve(runtime) }, "runtime", /^runtime: expected/],
    [
      "no output",
      { input: new PassThrough(), runtime },
      "output",
      "output: expected a writable stream of Node, got undefined",
    ],
    ["a word for a stream", { input: "stdin", output: new PassThrough(), runtime }, "input", /^input: .*got string/],
    ["what is no option", { ...streams(), runtime, maxLines: 1 }, "maxLines", /^maxLines is no option of serve; /],
    ["a log that is no function", { ...streams(), runtime, log: console }, "log", /^log: expected a function/],
    ["a bound that is none", { ...streams(), runtime, maxLineBytes: 0 }, "maxLineBytes", /^maxLineBytes: expected/],
  ])("with %s rejects with invalid_parameter", async (_what, options, param, message) => {
    for (const serve of [createBridge().serve, serveBridge]) {
      await expect(serve(options as never)).rejects.toMatchObject({
        kind: "invalid_parameter",
        param,
        message: typeof message === "string" ? message : expect.stringMatching(message),
      });
    }
  });

  it("with what it needs ends with its input", async () => {
    const { input, output } = streams();
    input.end();
    await createBridge().serve({ input, output, runtime });
  });
});

it.each([
  [{ runtime }, "runtime"],
  [{ otherwise: "allow" }, "otherwise"],
  [null, "options"],
])("createBridge refuses what it would ignore: %j", (options, param) => {
  expect(() => createBridge(options as never)).toThrow(expect.objectContaining({ kind: "invalid_parameter", param }));
});
