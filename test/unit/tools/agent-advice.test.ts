import { expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import { errorText } from "../../../src/tools/agent-advice.ts";

it("what helps against a bound depends on the bound", () => {
  const runs = new LonghandError("capacity", "100 handles are running already");
  expect(errorText(runs)).toMatch(/^\[error capacity\] 100 handles are running already\. Stop a command/);
  const input = new LonghandError("capacity", "it has not read its input yet: wait until it reads", { param: "text" });
  expect(errorText(input)).toBe("[error capacity] it has not read its input yet: wait until it reads");
});
