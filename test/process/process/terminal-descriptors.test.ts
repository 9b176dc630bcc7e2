/** What terminals cost, who gets hold of them, and what there is without them. */
import { readdirSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { Child } from "../../../src/process/child.ts";
import type { CommandInput } from "../../../src/process/command.ts";
import { createCommand } from "../../../src/process/command.ts";
import { createFdBudget } from "../../../src/process/fd-budget.ts";
import { eventually } from "../../support/eventually.ts";
import { argv, run, sh, type TestLauncher, testLauncher, testMark } from "../../support/launch.ts";
import { expectNoStrays } from "../../support/strays.ts";
import { inTerminal, openTerminal, shown, type Talk } from "../../support/terminal.ts";

expectNoStrays();

let context: TestLauncher;
beforeAll(() => {
  context = testLauncher();
});
afterAll(() => context[Symbol.asyncDispose]());

const open = (input: CommandInput): Promise<Talk> => openTerminal(context.launcher, input);

const openFds = (): number => readdirSync("/proc/self/fd").length;

describe("descriptors", () => {
  it("of a terminal reach nobody else, nor the command itself", async () => {
    const talk = await open(sh("echo ready; sleep 60"));
    await shown(talk, "ready");
    const links = (pid: number): string[] =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
        } catch {
          return [];
        }
      });
    const sees = async (input: CommandInput): Promise<string> => `${(await run(context.launcher, input)).stdout}`;
    expect(links(talk.child.pid).filter((link) => link.includes("ptmx"))).toEqual([]);
    expect(await sees(sh("ls -l /proc/self/fd"))).not.toMatch(/ptmx|pts/);
    expect(await sees(inTerminal(sh("ls -l /proc/self/fd")))).not.toContain("ptmx");
    process.kill(-talk.child.pid, "SIGKILL");
    await talk.child.stdout?.ended;
  });

  it("are all given back", async () => {
    await run(context.launcher, inTerminal(argv("true")));
    const before = openFds();
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 5 }, () => run(context.launcher, inTerminal(sh("echo x; exit 1")))));
    }
    await eventually(() => openFds() <= before);
  }, 60_000);

  it("are budgeted: two each, and capacity beyond", async () => {
    const budget = createFdBudget({ total: 8, open: 2 });
    await using small = testLauncher({ budget });
    const sleepers: Child[] = [];
    const launch = () =>
      small.launcher.launch(createCommand(inTerminal(argv("sleep", "60"))), testMark, {
        kind: "pipes",
        onStdout: () => {},
        onStderr: null,
      });
    for (let count = 0; count < 2; count++) sleepers.push(await launch());
    expect(budget.used).toBe(4);
    await expect(launch()).rejects.toMatchObject({ kind: "capacity" });
    for (const { pid } of sleepers) process.kill(pid, "SIGKILL");
    await Promise.all(sleepers.map(({ stdout }) => stdout?.ended));
    await eventually(() => budget.used === 0);
  });
});

describe("without what it needs", () => {
  const missing = (): never => {
    throw new LonghandError("unsupported", "pty is not available: not installed.", { param: "pty" });
  };

  it("is unsupported, before anything is made, and other commands run", async () => {
    await using bare = testLauncher({ loadTerminals: missing });
    const command = createCommand(inTerminal(argv("true")));
    expect(() => bare.launcher.check(command)).toThrow(/not installed/);
    expect(() => bare.launcher.check(createCommand(argv("true")))).not.toThrow();
    const before = openFds();
    await expect(run(bare.launcher, inTerminal(argv("true")))).rejects.toMatchObject({
      kind: "unsupported",
      param: "pty",
    });
    expect(openFds()).toBe(before);
    expect((await run(bare.launcher, argv("true"))).status.code).toBe(0);
  });

  it("leaves nothing open when a terminal cannot be made", async () => {
    const open = (): never => {
      throw new Error("openpty(3) failed.");
    };
    await using bare = testLauncher({ loadTerminals: () => ({ open, resize: () => {} }) });
    const before = openFds();
    await expect(run(bare.launcher, inTerminal(argv("true")))).rejects.toMatchObject({ kind: "unavailable" });
    expect(openFds()).toBe(before);
  });

  it("does not go with output into files", async () => {
    const files = { kind: "files", stdout: 1, stderr: 2 } as const;
    const launched = context.launcher.launch(createCommand(inTerminal(argv("true"))), testMark, files);
    await expect(launched).rejects.toMatchObject({ kind: "invalid_parameter", param: "capture.transport" });
  });
});
