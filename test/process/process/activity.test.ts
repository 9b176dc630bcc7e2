/** What real programs are seen to do. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CommandInput } from "../../../src/process/command.ts";
import { createProcessHost, type ProcessHost } from "../../../src/process/host.ts";
import { eventually } from "../../support/eventually.ts";
import { argv, sh } from "../../support/launch.ts";
import { observe } from "../../support/observed-child.ts";
import { fixture, readIfThere, scratch } from "../../support/process-observer.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const directory = scratch();
let host: ProcessHost;
beforeAll(() => {
  host = createProcessHost({ runtimeDir: directory.path });
});
afterAll(async () => {
  await host.launcher.close();
  directory[Symbol.dispose]();
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;
const node = (script: string): CommandInput => argv(process.execPath, "-e", script);
const python = (script: string): CommandInput => argv("python3", "-c", script);

describe("a program that waits for its input", () => {
  it.each<[string, CommandInput]>([
    ["cat", argv("cat")],
    ["cat", sh("cat; exit 3")],
    ["cat", sh("exec 5<&0; cat 0<&5 5<&-")],
    ["bash", argv("bash", "-c", "printf 'Password: ' >&2; read -r x")],
    ["bash", argv("bash", "-c", "read -r -t 100 x")],
  ])("is named: %s", async (name, input) => {
    await using observed = await observe(host, input);
    const { waiting } = await observed.until("waiting_on_stdin");
    expect(waiting?.name).toBe(name);
  });

  it.skipIf(!hasPython).each([
    ["read", "input('Name: ')"],
    ["select", "import select, sys; select.select([sys.stdin], [], [])"],
    ["poll", "import select, sys; p = select.poll(); p.register(sys.stdin, select.POLLIN); p.poll()"],
    ["epoll", "import select, sys; p = select.epoll(); p.register(sys.stdin, select.EPOLLIN); p.poll()"],
    ["another thread", "import threading, sys; t = threading.Thread(target=sys.stdin.read); t.start(); t.join()"],
  ])("whatever it waits with: %s", async (_, script) => {
    await using observed = await observe(host, python(script));
    const { waiting } = await observed.until("waiting_on_stdin");
    expect(waiting?.name).toMatch(/^python/);
  });

  it("is seen in an event loop, and after the answer no more", async () => {
    const script =
      "process.stdin.once('data', (d) => { console.log('got ' + d); process.stdin.destroy(); setInterval(() => {}, 1e6); })";
    await using observed = await observe(host, node(script));
    await observed.until("waiting_on_stdin");
    await observed.child.stdin?.write(Buffer.from("it"));
    await eventually(() => observed.printed() === "got it\n");
    expect((await observed.until("idle")).waiting).toBeNull();
  });

  it("has waited at least since a look before that saw it so", async () => {
    await using observed = await observe(host, argv("cat"));
    const first = await observed.until("waiting_on_stdin");
    const later = await eventually(async () => {
      const { waiting } = await observed.probe.look();
      return (waiting?.forMs ?? 0) > 50 ? waiting : null;
    });
    expect(later.pid).toBe(first.waiting?.pid);
    await observed.child.stdin?.write(Buffer.from("x"));
    await eventually(() => observed.printed() === "x");
    await eventually(async () => ((await observed.probe.look()).waiting?.forMs ?? 51) <= 50, { everyMs: 20 });
  });
});

describe("nobody waits for the agent", () => {
  it("when the pipe that is read is another", async () => {
    await using observed = await observe(host, sh("sleep 300 | cat"));
    expect(await observed.until("idle")).toMatchObject({ waiting: null, ports: [] });
  });

  it.each(["none", "bytes"] as const)("when stdin is %s", async (kind) => {
    const stdin = kind === "none" ? { kind } : { kind, bytes: Buffer.from("all there is\n") };
    await using observed = await observe(host, { ...sh("cat; exec sleep 300"), stdin });
    expect((await observed.until("idle")).waiting).toBeNull();
  });

  it("when a server leaves its open stdin alone", async () => {
    const script =
      "require('node:http').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    await using observed = await observe(host, node(script));
    const port = Number(await eventually(() => observed.printed().trim(), { timeoutMs: 20_000 }));
    expect(await observed.until("listening")).toMatchObject({ ports: [port], waiting: null });
  });
});

it.skipIf(process.getuid?.() !== 0)("an ordinary user sees it of his own processes", async () => {
  using dir = scratch();
  chmodSync(dir.path, 0o777);
  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", process.execPath];
  spawn("setpriv", [...nobody, fixture("observe-as-nobody.ts"), dir.path], { stdio: ["ignore", "ignore", "inherit"] });
  const text = await eventually(() => readIfThere(`${dir.path}/seen`), { timeoutMs: 30_000, what: "what was seen" });
  expect(JSON.parse(text)).toEqual({
    uid: 65_534,
    read: { state: "waiting_on_stdin", name: "cat" },
    select: { state: "waiting_on_stdin", name: "bash" },
    epoll: { state: "waiting_on_stdin", name: expect.stringMatching(/^node/) },
    piped: { state: "idle", name: null },
  });
});

describe("the other states", () => {
  it("busy: a loop", async () => {
    await using observed = await observe(host, sh("while :; do :; done"));
    expect((await observed.until("busy")).windowMs).toBeGreaterThanOrEqual(0);
  });

  it("idle: since the last look that saw it at work", async () => {
    await using observed = await observe(host, argv("sleep", "300"));
    const first = await observed.until("idle");
    const later = await eventually(async () => {
      const activity = await observed.probe.look();
      return (activity.windowMs ?? 0) > (first.windowMs ?? 0) + 50 ? activity : null;
    });
    expect(later.state).toBe("idle");
  });

  it("stopped: all of them, or those that the rest waits for", async () => {
    await using observed = await observe(host, sh("sleep 300; exit 1"));
    const sleeper = await eventually(async () => {
      const members = await observed.child.tree.members();
      return members.find(({ name }) => name === "sleep");
    });
    process.kill(sleeper.pid, "SIGSTOP");
    await observed.until("stopped");
    process.kill(sleeper.pid, "SIGCONT");
    await observed.until("idle");
    for (const { pid } of await observed.child.tree.members()) process.kill(pid, "SIGSTOP");
    await observed.until("stopped");
  });

  it("only descendants left: the command has ended", async () => {
    await using observed = await observe(host, sh("sleep 300 & exit 0"));
    await observed.child.exited;
    await observed.until("only_descendants_left");
  });

  it("unknown: nobody is there any more", async () => {
    await using observed = await observe(host, argv("true"));
    await observed.child.exited;
    await observed.until("unknown");
  });
});
