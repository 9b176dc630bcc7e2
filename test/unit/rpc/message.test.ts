/** What a line is: every malformed one is answered, unless it is a notification. */
import { describe, expect, it } from "vitest";
import { readMessage } from "../../../src/rpc/message.ts";

const read = (message: unknown) => readMessage(JSON.stringify(message));
const invalid = (id: unknown, code = -32_600) => ({ kind: "invalid", id, error: { code } });

describe("a line", () => {
  it.each([1, 1.5, "a", null])("is a request with the id %j", (id) => {
    expect(read({ jsonrpc: "2.0", id, method: "m" })).toEqual({ kind: "request", id, method: "m", params: {} });
  });

  it("is a notification without an id, and an answer without a method", () => {
    expect(read({ jsonrpc: "2.0", method: "m", params: { a: 1 } })).toMatchObject({ kind: "notification" });
    expect(read({ jsonrpc: "2.0", id: 1, result: null })).toEqual({ kind: "result", id: 1, result: null });
    expect(read({ jsonrpc: "2.0", id: 1, error: { code: 3, message: "no" } })).toMatchObject({
      kind: "error",
      error: { code: 3, message: "no" },
    });
    expect(read({ jsonrpc: "2.0", id: 1, error: "no" })).toMatchObject({ kind: "error", error: { code: -32_603 } });
  });

  it("that is not JSON is a parse error with the id null", () => {
    expect(readMessage('{"id": 1,')).toMatchObject(invalid(null, -32_700));
  });

  it.each([
    ["a batch", [{ jsonrpc: "2.0", id: 1, method: "m" }], null],
    ["a value", 7, null],
    ["null", null, null],
    ["nothing of the protocol", { jsonrpc: "2.0" }, null],
    ["an id that is an object", { jsonrpc: "2.0", id: {}, method: "m" }, null],
    ["an id that is a boolean", { jsonrpc: "2.0", id: true, method: "m" }, null],
    ["a request without a version", { id: 4, method: "m" }, 4],
    ["a request of another version", { jsonrpc: "1.0", id: 4, method: "m" }, 4],
    ["a method that is a number", { jsonrpc: "2.0", id: "x", method: 1 }, "x"],
    ["params that are a text", { jsonrpc: "2.0", id: 4, method: "m", params: "bar" }, 4],
  ])("with %s is an invalid request", (_, message, id) => {
    expect(read(message)).toMatchObject(invalid(id));
  });

  it("that is a malformed notification is never answered", () => {
    expect(read({ method: "m" })).toMatchObject({ kind: "ignored" });
    expect(read({ jsonrpc: "2.0", method: "m", params: 5 })).toMatchObject({ kind: "ignored" });
  });

  it("may be nested without end", () => {
    expect(readMessage("[".repeat(1_000_000)).kind).toBe("invalid");
    expect(readMessage(`{"a":`.repeat(200_000)).kind).toBe("invalid");
  });
});
