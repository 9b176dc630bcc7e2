/** Names and params of methods: either spelling, and every refusal says what would have been right. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Connection } from "../../../src/bridge/connection.ts";
import { Deliveries } from "../../../src/bridge/deliveries.ts";
import { defineMethod } from "../../../src/bridge/method.ts";
import { bridgeMethods } from "../../../src/bridge/methods.ts";
import { createRouter } from "../../../src/bridge/router.ts";
import { StartingCalls } from "../../../src/bridge/starting-calls.ts";
import { toRpcError } from "../../../src/rpc/rpc-error.ts";

const echo = defineMethod({
  name: "a/echo",
  description: "",
  params: z.strictObject({
    session_id: z.string().optional(),
    max_messages: z.int().max(5),
    input: z.unknown().optional(),
  }),
  run: async (params) => ({ result: params }),
});
const router = createRouter([echo]);
const context = {
  connection: { deliveries: new Deliveries(), starting: new StartingCalls() } as Partial<Connection> as Connection,
  signal: new AbortController().signal,
  requestId: 1,
};
const call = async (name: string, params: unknown) => (await router.request(name, params, context)).result;
const refusal = async (name: string, params: unknown) =>
  toRpcError(await router.request(name, params, context).catch((error: unknown) => error));

describe("params", () => {
  it("are accepted in either spelling, and what is inside of them stays as it is", async () => {
    const expected = { session_id: "s", max_messages: 1, input: { camelCase: { snake_case: 1 } } };
    expect(await call("a/echo", expected)).toEqual(expected);
    expect(await call("a/echo", { sessionId: "s", maxMessages: 1, input: expected.input })).toEqual(expected);
  });

  it.each([
    [{ sessionId: "a", session_id: "a", max_messages: 1 }, "session_id is given in two spellings"],
    [{ maxMesages: 1, max_messages: 1 }, "maxMesages is not a field of a/echo; did you mean max_messages?"],
    [{}, "max_messages is required: a number"],
    [{ max_messages: "1" }, 'max_messages: expected a number, got "1"'],
    [{ max_messages: 6 }, "max_messages: expected at most 5, got 6"],
    [[1], "params must be an object with the names of the params"],
  ])("%j are refused", async (params, message) => {
    expect(await refusal("a/echo", params)).toMatchObject({ code: -32_602, message });
  });

  it("name the field, and no tool, in the data", async () => {
    const { data } = await refusal("a/echo", {});
    expect(data).toMatchObject({ kind: "missing_parameter", param: "max_messages" });
    expect(data).not.toHaveProperty("tool");
  });
});

describe("an unknown method", () => {
  it("is answered with the nearest, or with all", async () => {
    expect(await refusal("a/ecko", {})).toMatchObject({
      code: -32_601,
      message: 'no method "a/ecko"; did you mean a/echo?',
    });
    expect(await refusal("zzz", {})).toMatchObject({ code: -32_601, message: 'no method "zzz"; known: a/echo' });
  });
});

it("every method has a description, and JSON Schema of its params", () => {
  for (const { description, params, name } of bridgeMethods) {
    expect(description, name).toMatch(/^[A-Z].*\.$/);
    expect(z.toJSONSchema(params, { io: "input" }), name).toMatchObject({
      type: "object",
      additionalProperties: false,
    });
  }
});
