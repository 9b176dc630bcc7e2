import { describe, expect, it } from "vitest";
import { signalCommand } from "../../../src/handle/signal-command.ts";
import type { Child } from "../../../src/process/child.ts";
import type { Member } from "../../../src/process/tree.ts";
import { fakeClock } from "../../../src/testing/clock.ts";

const groups = new Map([
  [10, 10],
  [11, 11],
]);

function child(foreground: number | null | undefined): Pick<Child, "tree" | "terminal"> {
  const members = [...groups.keys()].map((pid) => ({ pid }) as Member);
  const size = { cols: 80, rows: 24 };
  const terminal = { size, resize: () => true, foregroundGroup: () => foreground ?? null };
  return {
    terminal: foreground === undefined ? null : terminal,
    tree: {
      coverage: "marked",
      mayHaveDescendants: () => true,
      members: async () => [],
      signal: async (_, { group } = {}) =>
        members.filter(({ pid }) => group === undefined || groups.get(pid) === group),
      stop: () => Promise.reject(new Error("not asked for")),
      keep: () => Promise.reject(new Error("not asked for")),
    },
  };
}

describe("who gets a signal", () => {
  it.each([
    ["Ctrl-C in a terminal: its foreground", 11, "SIGINT", [11]],
    ["Ctrl-C in a terminal without a foreground: nobody", null, "SIGINT", []],
    ["Ctrl-Z in a terminal without a foreground: nobody", null, "SIGTSTP", []],
    ["any other signal in one: everybody", null, "SIGTERM", [10, 11]],
    ["SIGINT without a terminal: everybody", undefined, "SIGINT", [10, 11]],
  ] as const)("%s", async (_, foreground, signal, pids) => {
    const signaled = await signalCommand(child(foreground), signal, { clock: fakeClock() });
    expect(signaled).toMatchObject({ pids, toForeground: foreground !== undefined && signal !== "SIGTERM" });
  });
});
