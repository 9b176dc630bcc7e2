import { expect, it } from "vitest";
import { signalProcess } from "../../../src/process/signal.ts";
import { simulatedTable } from "../../support/simulated-table.ts";

const setUp = (facts: Parameters<ReturnType<typeof simulatedTable>["fork"]>[1] = {}) => {
  const table = simulatedTable();
  const target = table.fork(1, facts);
  return { table, target, context: { table, never: new Set([777]) } };
};

it("signals the process whose start time agrees", () => {
  const { table, target, context } = setUp();
  expect(signalProcess(target, "SIGTERM", context)).toBe("sent");
  expect(table.sent).toEqual([{ pid: target.pid, signal: "SIGTERM" }]);
  expect(signalProcess(target, "SIGTERM", context)).toBe("gone");
});

it("never signals one with another start time, nor a zombie", () => {
  const { table, target, context } = setUp();
  expect(signalProcess({ ...target, startTime: "5" }, "SIGKILL", context)).toBe("gone");
  target.state = "Z";
  expect(signalProcess(target, "SIGKILL", context)).toBe("gone");
  expect(table.sent).toEqual([]);
});

it.each([0, 1, -1, -500, Number.NaN, 777])("refuses pid %d", (pid) => {
  const { table, context } = setUp({ pid: 777 });
  expect(signalProcess({ pid, startTime: "1" }, "SIGKILL", context)).toBe("refused");
  expect(table.sent).toEqual([]);
});

it("says when it is not permitted", () => {
  const { target, context } = setUp({ onSignal: () => "not_permitted" });
  expect(signalProcess(target, "SIGTERM", context)).toBe("not_permitted");
});

it("continues a stopped process, so that it can act on SIGTERM", () => {
  const { table, target, context } = setUp({ state: "T", onSignal: () => "live" });
  signalProcess(target, "SIGTERM", context);
  signalProcess(target, "SIGKILL", context);
  expect(table.sent.map(({ signal }) => signal)).toEqual(["SIGTERM", "SIGCONT", "SIGKILL"]);
});
