/** Ctrl-C and its relatives: the whole tree ends, one line says so, the exit code is the signal's. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { cli, finished, program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture, processesNaming, readIfThere, scratch } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();
const longhand = cli();
const files = scratch();
afterAll(() => {
  longhand[Symbol.dispose]();
  files[Symbol.dispose]();
});

/** A tree in several sessions; `name` is among the arguments of each process. */
const sleepers = (name: string): string[] => ["sh", fixture("cli-tree.sh"), name];
const stubborn = (name: string): string[] => ["sh", fixture("cli-stubborn.sh"), name];

async function startedTree(argv: string[], name: string): Promise<ChildProcess> {
  const child = longhand.start(["run", "--", ...argv], { stdio: ["ignore", "pipe", "pipe"] });
  await eventually(() => processesIn(name).length >= 3, { timeoutMs: 20_000, what: "the tree" });
  return child;
}

/** Without longhand itself, which has the name among its arguments too. */
const processesIn = (name: string) =>
  processesNaming(name).filter((pid) => !readIfThere(`/proc/${pid}/cmdline`).includes(program));

describe("a signal", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("%s ends the tree and exits with %i", async (signal, code) => {
    const name = join(files.path, signal);
    const child = await startedTree(sleepers(name), name);
    const end = finished(child);
    child.kill(signal);
    const { stderr, ...how } = await end;
    expect(how).toMatchObject({ code, signal: null });
    expect(stderr).toMatch(/^longhand: stopped sh and \d more, nobody is left\n$/);
    expect(processesIn(name)).toEqual([]);
  });

  it("ends who ignores SIGTERM after the grace, and at once when it comes twice", async () => {
    const name = join(files.path, "once");
    const once = await startedTree(stubborn(name), name);
    const end = finished(once);
    once.kill("SIGINT");
    expect((await end).stderr).toMatch(/\(.*by SIGKILL\), nobody is left\n$/);

    const again = join(files.path, "twice");
    const child = await startedTree(stubborn(again), again);
    const started = performance.now();
    const twice = finished(child);
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGTERM"), 400);
    expect(await twice).toMatchObject({ code: 143 });
    // The grace alone would take a second.
    expect(performance.now() - started).toBeLessThan(950);
    expect(processesIn(again)).toEqual([]);
  });

  it("is answered although nobody reads the output", async () => {
    // A reader that is there and stuck: this process holds the other end and never reads it.
    const child = longhand.start(["run", "--", "yes"], { stdio: ["ignore", "pipe", "ignore"] });
    await eventually(() => (child.stdout?.readableLength ?? 0) > 0, { timeoutMs: 20_000 });
    const { promise, resolve } = Promise.withResolvers<number | null>();
    child.once("exit", resolve);
    child.kill("SIGINT");
    expect(await promise).toBe(130);
    child.stdout?.destroy();
  });
});

/** tmux is the terminal; where it is not installed, nothing is to be seen here. */
const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

describe.runIf(hasTmux)("in a terminal", () => {
  it("Ctrl-C ends the command, and the shell's loop around it", async () => {
    using terminal = startTerminal(join(files.path, "tmux"));
    const script = join(files.path, "loop.sh");
    const run = `${process.execPath} ${program} run -- sh -c 'echo ready; sleep 61'`;
    writeFileSync(
      script,
      `export LONGHAND_STATE_DIR=${longhand.stateDir}\nfor i in 1 2; do ${run}; echo "after $i"; done\n`,
    );
    terminal.type(`bash ${script}`);
    await terminal.shows(/^ready$/m);
    terminal.press("C-c");
    await terminal.shows(/^longhand: stopped sh and 1 more, nobody is left$/m);
    terminal.type('echo "loop: $?"');
    await terminal.shows(/^loop: 130$/m);
    expect(terminal.screen()).not.toMatch(/^after 1$/m);
  });

  it("the command has no terminal for its stdin", async () => {
    using terminal = startTerminal(join(files.path, "tmux2"));
    terminal.type(`${process.execPath} ${program} run --ephemeral -- sh -c 'cat; tty; echo "end: $?"'`);
    await terminal.shows(/^not a tty\nend: 1$/m);
  });
});

function startTerminal(socket: string) {
  const tmux = (...args: string[]): string => spawnSync("tmux", ["-S", socket, ...args], { encoding: "utf8" }).stdout;
  // Its server must not outlive the test, whatever happens: it is a child of ours, in the foreground.
  const server = spawn("tmux", ["-S", socket, "-f", "/dev/null", "-D"], { stdio: "ignore" });
  const ready = eventually(
    () => spawnSync("tmux", ["-S", socket, "new-session", "-d", "-x", "100", "-y", "40", "sh"]).status === 0,
  );
  const screen = (): string => tmux("capture-pane", "-p").replaceAll(/ +$/gm, "");
  return {
    screen,
    type: (line: string) => void ready.then(() => tmux("send-keys", "-l", line)).then(() => tmux("send-keys", "Enter")),
    press: (key: string) => tmux("send-keys", key),
    shows: (pattern: RegExp) =>
      eventually(() => pattern.test(screen()), { timeoutMs: 20_000, everyMs: 100, what: `${pattern} on the screen` }),
    [Symbol.dispose]: () => {
      tmux("kill-server");
      server.kill("SIGKILL");
    },
  };
}
