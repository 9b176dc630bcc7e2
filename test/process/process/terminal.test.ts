/** Commands in terminals, through the launcher alone. */
import { createHash } from "node:crypto";
import { readlinkSync, statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LonghandError } from "../../../src/base/errors.ts";
import type { CommandInput } from "../../../src/process/command.ts";
import { createCommand } from "../../../src/process/command.ts";
import { buildEnvironment } from "../../../src/process/environment.ts";
import { argv, run, sh, type TestLauncher, testLauncher } from "../../support/launch.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";
import { inTerminal, openTerminal, shown, type Talk } from "../../support/terminal.ts";

expectNoStrays();

let context: TestLauncher;
beforeAll(() => {
  context = testLauncher();
});
afterAll(() => context[Symbol.asyncDispose]());

const open = (input: CommandInput): Promise<Talk> => openTerminal(context.launcher, input);

describe("a command in a terminal", () => {
  it("has it as stdin, stdout, stderr and controlling terminal, in this size", async () => {
    const script = "tty; tty <&2 >/dev/tty; stty size; ps -o tpgid= -p $$; echo $$";
    const { stdout, stderr, status } = await run(context.launcher, inTerminal(sh(script)));
    const [first, second, stty, foreground, pid] = `${stdout}`.split("\r\n").map((line) => line.trim());
    expect(first).toMatch(/^\/dev\/pts\/\d+$/);
    expect(second).toBe(first);
    expect(stty).toBe("30 100");
    expect(foreground).toBe(pid);
    expect(status).toEqual({ code: 0, signal: null });
    expect(stderr).toHaveLength(0);
  });

  it("ends as it ends: exit code, signal, a program that does not exist", async () => {
    expect((await run(context.launcher, inTerminal(sh("exit 7")))).status).toEqual({ code: 7, signal: null });
    const killed = await run(context.launcher, inTerminal(sh("kill -TERM $$")));
    expect(killed.status).toEqual({ code: null, signal: "SIGTERM" });
    await expect(run(context.launcher, inTerminal(argv("no-such-program")))).rejects.toMatchObject({
      kind: "spawn_failed",
    });
  });

  it("gets the text of its stdin typed, and can be typed to after it", async () => {
    const typed = {
      ...sh('read a; read b; echo "<$a $b>"'),
      stdin: { kind: "bytes", bytes: Buffer.from("one\n") },
    } as const;
    const talk = await open(typed);
    await talk.type("two\n");
    await shown(talk, "<one two>");
    await talk.child.exited;
  });

  it("is told the name of its terminal, and not the size of ours", () => {
    const inherited = { TERM: "vt52", COLUMNS: "10", LINES: "5", PATH: "/bin" };
    const environment = (more = {}) => buildEnvironment({ mode: "inherit_clean", inherited, terminal: true, ...more });
    expect(environment()).toMatchObject({ TERM: "xterm-256color", NO_COLOR: "1", PATH: "/bin" });
    expect(Object.keys(environment())).not.toEqual(expect.arrayContaining(["COLUMNS"]));
    expect(environment({ env: { TERM: "dumb", LINES: "7" } })).toMatchObject({ TERM: "dumb", LINES: "7" });
  });
});

describe("no byte is lost", () => {
  it.each([5_000, 70_000, 300_000])(
    "at the end of %i",
    async (bytes) => {
      for (let round = 0; round < 100; round++) {
        const { stdout } = await run(context.launcher, inTerminal(argv("head", "-c", `${bytes}`, "/dev/zero")));
        expect(stdout.length, `round ${round}`).toBe(bytes);
      }
    },
    120_000,
  );

  it("with 20 at once", async () => {
    const script = "i=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done";
    const all = await Promise.all(Array.from({ length: 20 }, () => run(context.launcher, inTerminal(sh(script)))));
    const expected = Array.from({ length: 500 }, (_, line) => `line ${line}\r\n`).join("");
    for (const { stdout } of all) expect(`${stdout}`).toBe(expected);
  }, 60_000);

  it("when reading was paused over the exit", async () => {
    const talk = await open(sh("echo before; read x; echo after"));
    await shown(talk, "before");
    talk.child.stdout?.pause();
    await talk.type("\n");
    await talk.child.exited;
    expect(talk.text()).not.toContain("after");
    talk.child.stdout?.resume();
    await talk.child.stdout?.ended;
    expect(talk.text()).toContain("after");
    expect(talk.child.stdout?.atEnd).toBe(true);
  });

  it("and a writer is held back while nobody reads", async () => {
    const talk = await open(sh("read x; head -c 1000000 /dev/zero; echo; echo done"));
    talk.child.stdout?.pause();
    await talk.type("\n");
    // A second command comes and goes meanwhile: time in which it would have ended, did nothing hold it back.
    await run(context.launcher, inTerminal(sh("sleep 0.3")));
    expect(isAlive(talk.child.pid)).toBe(true);
    talk.child.stdout?.resume();
    await shown(talk, "done");
    await talk.child.exited;
    expect(talk.text().replaceAll(/[^\0]/g, "")).toHaveLength(1_000_000);
  }, 30_000);
});

describe("its end", () => {
  it("does not wait for anything when nobody else holds the terminal", async () => {
    const talk = await open(argv("true"));
    await talk.child.exited;
    await talk.child.stdout?.ended;
    expect(talk.child.stdout?.atEnd).toBe(true);
    expect(talk.stdin.isOpen).toBe(false);
    expect(await talk.type("late")).toBe(false);
    expect(talk.terminal.resize({ cols: 5, rows: 5 })).toBe(false);
  });

  it("waits for a background process that holds it, and hears it", async () => {
    const talk = await open(sh("(trap '' HUP; echo holding; sleep 0.5; echo last words) & sleep 0.1"));
    await talk.child.exited;
    expect(talk.child.stdout?.atEnd).toBe(false);
    await talk.child.stdout?.ended;
    expect(talk.text()).toContain("last words");
    expect(talk.child.stdout?.atEnd).toBe(true);
  });

  it("hangs up for whoever is left when the host lets go of it", async () => {
    const talk = await open(sh("trap '' HUP; echo $$; exec sleep 60"));
    await shown(talk, /\d+\r\n/);
    talk.child.stdout?.destroy();
    await talk.child.stdout?.ended;
    expect(talk.child.stdout?.atEnd).toBe(false);
    process.kill(talk.child.pid, "SIGKILL");
    await talk.child.exited;
  });
});

describe("input", () => {
  it("is a conversation", async () => {
    const talk = await open(argv("cat"));
    await talk.type("hello\n");
    await shown(talk, "hello\r\nhello\r\n");
    talk.stdin.end();
    expect(await talk.child.exited).toEqual({ code: 0, signal: null });
  });

  it("ends within a line too", async () => {
    const talk = await open(argv("cat"));
    await talk.type("no newline");
    talk.stdin.end();
    expect(await talk.child.exited).toEqual({ code: 0, signal: null });
    expect(talk.text()).toContain("no newlineno newline");
  });

  it("comes whole and in order through a program that reads slowly", async () => {
    const talk = await open(sh("stty raw -echo; echo ready; sleep 0.3; head -c 600000 | sha256sum"));
    await shown(talk, "ready");
    const parts = ["a", "b", "c"].map((letter) => Buffer.alloc(200_000, letter));
    const writes = parts.map((part) => talk.stdin.write(part));
    expect(talk.stdin.pendingBytes).toBeGreaterThan(0);
    expect(await Promise.all(writes)).toEqual([true, true, true]);
    expect(talk.stdin.pendingBytes).toBe(0);
    await shown(talk, createHash("sha256").update(Buffer.concat(parts)).digest("hex"));
    await talk.child.exited;
  }, 30_000);

  it("waits without blocking the host when nobody reads, and is given up with the command", async () => {
    const talk = await open(sh("stty raw -echo; echo ready; exec sleep 60"));
    await shown(talk, "ready");
    const write = talk.stdin.write(Buffer.alloc(1_000_000, "x"));
    // Other commands come and go: the event loop runs.
    await run(context.launcher, argv("true"));
    expect(talk.stdin.pendingBytes).toBeGreaterThan(500_000);
    process.kill(talk.child.pid, "SIGKILL");
    expect(await write).toBe(false);
    await talk.child.stdout?.ended;
  });

  it("knows by what the terminal is recognised, and who is in its foreground", async () => {
    const talk = await open(sh("echo ready; sleep 60"));
    await shown(talk, "ready");
    const { input } = talk.child;
    expect(input).toEqual({ rdev: statSync(readlinkSync(`/proc/${talk.child.pid}/fd/0`), { bigint: true }).rdev });
    expect(talk.terminal.foregroundGroup()).toBe(talk.child.pid);
    process.kill(-talk.child.pid, "SIGKILL");
    await talk.child.stdout?.ended;
    expect(talk.terminal.foregroundGroup()).toBe(null);
  });
});

describe("size", () => {
  it("changes, and the program is told", async () => {
    const talk = await open(sh("trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done"));
    await shown(talk, "ready");
    expect(talk.terminal.resize({ cols: 55, rows: 22 })).toBe(true);
    await shown(talk, "22 55");
    expect(talk.terminal.size).toEqual({ cols: 55, rows: 22 });
    expect(() => talk.terminal.resize({ cols: 0, rows: 1 })).toThrow(/pty.cols/);
    process.kill(-talk.child.pid, "SIGKILL");
    await talk.child.stdout?.ended;
  });

  it.each([
    { cols: 0, rows: 1 },
    { cols: 1, rows: 1_001 },
    { cols: 1.5, rows: 1 },
  ])("is checked: %j", (terminal) => {
    expect(() => createCommand(inTerminal(argv("true"), terminal))).toThrow(LonghandError);
  });
});
