import { describe, expect, it } from "vitest";
import {
  asLonghandError,
  errorFromJson,
  errorKinds,
  isLonghandError,
  LonghandError,
} from "../../../src/base/errors.ts";

describe("an error", () => {
  it.each(errorKinds)("of kind %s is the same after a journey over a wire", (kind) => {
    const options = {
      param: "capture.max",
      tool: "run_command",
      details: { expected: "a number", got: '"x"', limit: 3 },
    };
    const error = new LonghandError(kind, "no", options);
    const there = JSON.parse(JSON.stringify(error));
    const back = errorFromJson(there);
    expect(back.toJSON()).toEqual(error.toJSON());
    expect(there).toEqual({ kind, message: "no", ...options, retryable: error.retryable });
    expect(isLonghandError(back)).toBe(true);
  });

  it("leaves out what it does not know", () => {
    expect(new LonghandError("internal", "oops").toJSON()).toEqual({
      kind: "internal",
      message: "oops",
      retryable: false,
    });
  });

  it("may be tried again only when it is about room or a store, unless told", () => {
    const retryable = errorKinds.filter((kind) => new LonghandError(kind, "").retryable);
    expect(retryable).toEqual(["capacity", "unavailable"]);
    expect(new LonghandError("capacity", "", { retryable: false }).retryable).toBe(false);
  });

  it("belongs to the first tool that claimed it, and stays otherwise the same", () => {
    const error = new LonghandError("conflict", "taken", { param: "call_id", details: { got: "c1" }, retryable: true });
    const claimed = error.inTool("wait_command").inTool("run_command");
    expect(claimed.toJSON()).toEqual({ ...error.toJSON(), tool: "wait_command" });
  });

  it("made of anything that was thrown is internal and keeps its cause", () => {
    const thrown = new TypeError("x is not a function");
    expect(asLonghandError(thrown)).toMatchObject({ kind: "internal", message: thrown.message, cause: thrown });
    expect(asLonghandError("text").message).toBe("text");
    const ours = new LonghandError("closed", "");
    expect(asLonghandError(ours)).toBe(ours);
    expect(isLonghandError(new Error("x"))).toBe(false);
  });
});
