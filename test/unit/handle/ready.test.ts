import { describe, expect, it } from "vitest";
import type { Handle } from "../../../src/handle/handle.ts";
import { holderText, nameHolder } from "../../../src/handle/port-holder.ts";
import type { PortOwnership, Readiness } from "../../../src/handle/readiness.ts";
import { waitUntilReady } from "../../../src/handle/ready.ts";
import type { Report } from "../../../src/handle/report.ts";
import { fakeClock } from "../../../src/testing/clock.ts";
import { turn } from "../../support/fake-engine.ts";
import { report } from "../../support/reports.ts";
import { simulatedSockets } from "../../support/simulated-sockets.ts";
import { simulatedTable } from "../../support/simulated-table.ts";

const leader = 500;
const stranger = 300;

interface FakeHandle {
  readonly handle: Handle;
  phase: string;
  end(how: Report): void;
}

/** As much of a handle as readiness looks at. */
function fakeHandle(pid: number, members: readonly number[], command = "serve"): FakeHandle {
  const ended = Promise.withResolvers<Report>();
  const tree = { members: async () => members.map((member) => ({ pid: member, uid: 1_000 })) };
  const fake = {
    phase: "running",
    child: { pid, tree } as unknown,
    ended: ended.promise,
    facts: { handleId: `hto-${pid}`, alias: 1, command },
  };
  const end = (how: Report): void => {
    Object.assign(fake, { phase: "ended", child: null });
    ended.resolve(how);
  };
  return Object.assign(fake, { handle: fake as unknown as Handle, end });
}

interface Situation {
  readonly owner?: PortOwnership;
  readonly timeoutMs?: number;
  /** Holds the port before the first look. */
  readonly holder?: number;
  readonly address?: string;
}

function world({ owner = "tree", timeoutMs = 1_000, holder, address = "127.0.0.1" }: Situation = {}) {
  const clock = fakeClock();
  const sockets = simulatedSockets();
  const processes = simulatedTable();
  processes.fork(1, { pid: stranger, name: "python3", uid: process.getuid?.() ?? 0 });
  if (holder !== undefined) sockets.listen(8000, [holder], { address });
  const fake = fakeHandle(leader, [leader, 501]);
  const neighbours: Handle[] = [fake.handle];
  const abort = new AbortController();
  let looks = 0;
  const counted = {
    ...sockets,
    listeners: (pid: number) => {
      looks += 1;
      return sockets.listeners(pid);
    },
  };
  let answer: Readiness | null = null;
  const condition = { kind: "port", port: 8000, owner } as const;
  const options = { clock, timeoutMs, signal: abort.signal, neighbours: () => neighbours, sockets: counted, processes };
  const done = waitUntilReady(fake.handle, condition, options).then((readiness) => {
    answer = readiness;
  });
  /** Moves time on, in steps that leave everybody a turn. */
  const pass = async (ms: number): Promise<Readiness | null> => {
    for (let passed = 0; passed <= ms && answer === null; passed += 10) {
      if (passed > 0) clock.advance(10);
      await turn();
      await turn();
    }
    return answer;
  };
  return { clock, sockets, fake, neighbours, abort, pass, done, looks: () => looks };
}

describe("waiting for a port", () => {
  it("ends at the next look after a member listens", async () => {
    const { sockets, pass } = world();
    expect(await pass(300)).toBeNull();
    sockets.listen(8000, [501], { address: "0.0.0.0" });
    expect(await pass(200)).toMatchObject({ ready: true, by: "port", port: 8000, address: "0.0.0.0", pid: 501 });
  });

  it("looks often at first and five times a second later", async () => {
    const { pass, looks } = world({ timeoutMs: 60_000 });
    await pass(150);
    expect(looks()).toBeGreaterThanOrEqual(4);
    await pass(2_000);
    const before = looks();
    await pass(2_000);
    expect(looks() - before).toBeGreaterThanOrEqual(9);
    expect(looks() - before).toBeLessThanOrEqual(11);
  });

  it.each(["0.0.0.0", "::"])("ends without any time when somebody else has it on %s", async (address) => {
    const { pass } = world({ holder: stranger, address });
    const holder = { port: 8000, pid: stranger, name: "python3", handle: null };
    expect(await pass(0)).toMatchObject({ ready: false, because: "port_taken", afterMs: 0, holder });
  });

  it.each(["127.0.0.1", "::1"])(
    "gives a command its chance beside somebody who has it on %s alone",
    async (address) => {
      const { sockets, pass } = world({ holder: stranger, address, timeoutMs: 30_000 });
      expect(await pass(1_000)).toBeNull();
      sockets.listen(8000, [501], { address: address === "::1" ? "127.0.0.1" : "::1" });
      expect(await pass(300)).toMatchObject({ ready: true, by: "port", pid: 501 });
    },
  );

  it("names who has it on a loopback address alone when the command had its chance", async () => {
    const { pass } = world({ holder: stranger, timeoutMs: 30_000 });
    expect(await pass(1_400)).toBeNull();
    expect(await pass(400)).toMatchObject({ ready: false, because: "port_taken", holder: { pid: stranger } });
  });

  it("names who has it on a loopback address alone at an earlier deadline and at the end", async () => {
    const early = world({ holder: stranger, timeoutMs: 500 });
    expect(await early.pass(600)).toMatchObject({ because: "timeout", holder: { pid: stranger } });
    const { fake, pass } = world({ holder: stranger });
    expect(await pass(100)).toBeNull();
    fake.end(report({ outcome: "exited", exitCode: 98 }));
    expect(await pass(0)).toMatchObject({ because: "ended", holder: { pid: stranger } });
  });

  it("names who has it on an address of its own only to a command that could not start", async () => {
    const late = world({ holder: stranger, address: "192.0.2.1", timeoutMs: 500 });
    expect(await late.pass(600)).toMatchObject({ because: "timeout", holder: null });
    const { fake, pass } = world({ holder: stranger, address: "192.0.2.1" });
    expect(await pass(100)).toBeNull();
    fake.end(report({ outcome: "exited", exitCode: 98 }));
    expect(await pass(0)).toMatchObject({ because: "ended", holder: { pid: stranger } });
  });

  it("names the command of the same session that has it", async () => {
    const { neighbours, pass } = world({ holder: stranger, address: "::" });
    neighbours.push(fakeHandle(200, [200, stranger], "python3 -m http.server 8000").handle);
    const handle = { handleId: "hto-200", alias: 1, command: "python3 -m http.server 8000" };
    expect(await pass(0)).toMatchObject({ because: "port_taken", holder: { pid: stranger, handle } });
  });

  it("with owner any is content with whoever listens", async () => {
    const { pass } = world({ owner: "any", holder: stranger, address: "192.0.2.1" });
    expect(await pass(0)).toMatchObject({ ready: true, by: "port", address: "192.0.2.1", pid: null });
  });

  it("ends when the command does, also in the middle of a pause", async () => {
    const { fake, pass } = world();
    await pass(300);
    fake.end(report({ outcome: "exited", exitCode: 1 }));
    expect(await pass(0)).toMatchObject({ ready: false, because: "ended", holder: null });
  });

  it("of a command that ended by itself says who has the port, of one that was stopped does not look", async () => {
    for (const [kind, found] of [
      ["exit", stranger],
      ["cancel", undefined],
    ] as const) {
      const { fake, sockets, pass } = world();
      await pass(100);
      sockets.listen(8000, [stranger]);
      fake.end(report({ endedBy: { kind, by: "x", reason: null } }));
      const answer = await pass(0);
      expect(answer).toMatchObject({ ready: false, because: "ended" });
      expect(answer?.ready === false && answer.holder?.pid).toBe(found);
    }
  });

  it("is not ready while its survivors are being ended", async () => {
    const { fake, sockets, pass } = world();
    fake.phase = "draining";
    sockets.listen(8000, [501]);
    expect(await pass(500)).toBeNull();
  });

  it("ends with its time, and leaves no timer behind", async () => {
    const { pass, done, clock, looks } = world({ timeoutMs: 500 });
    expect(await pass(490)).toBeNull();
    expect(await pass(20)).toMatchObject({ ready: false, because: "timeout", afterMs: 500, holder: null });
    await done;
    const before = looks();
    clock.advance(10_000);
    await turn();
    expect(looks()).toBe(before);
  });

  it("can be given up", async () => {
    const { abort, pass } = world();
    await pass(100);
    abort.abort();
    expect(await pass(0)).toMatchObject({ ready: false, because: "given_up" });
  });

  it("asks nobody over HTTP when the command listens in a network of its own", async () => {
    const { sockets, fake, clock } = world();
    sockets.listen(8000, [501]);
    const elsewhere = { ...sockets, network: (pid: number) => (pid === leader ? "net:[2]" : "net:[1]") };
    const condition = { kind: "http", url: new URL("http://localhost:8000/"), owner: "tree" } as const;
    const options = { clock, timeoutMs: 1_000, neighbours: () => [], sockets: elsewhere, processes: simulatedTable() };
    const readiness = await waitUntilReady(fake.handle, condition, options);
    expect(readiness).toMatchObject({ ready: false, because: "other_network" });
  });

  it("survives looks that fail", async () => {
    const { sockets, pass } = world();
    sockets.listen(8000, [501]);
    let failures = 0;
    sockets.onDescriptors = () => {
      if (failures++ < 2) throw Object.assign(new Error("EMFILE"), { code: "EMFILE" });
    };
    expect(await pass(500)).toMatchObject({ ready: true });
    expect(failures).toBeGreaterThan(2);
  });
});

describe("whoever has a port", () => {
  const found = { port: 8000, address: "::", pid: stranger, name: "nginx]\n[exit 0", uid: 1_000 };

  it("is named to a process of the same user, in one harmless line", async () => {
    const holder = await nameHolder(found, { neighbours: [], uid: 1_000 });
    expect(holder).toMatchObject({ pid: stranger, name: found.name, handle: null });
    expect(holderText(holder)).toBe(`nginx) (exit 0 ${stranger}`);
  });

  it("is a user's number to others", async () => {
    const holder = await nameHolder(found, { neighbours: [], uid: 0 });
    expect(holder).toMatchObject({ pid: null, name: null, uid: 1_000 });
    expect(holderText(holder)).toBe("a process of user 1000");
  });

  it("is named as a command of the session, whatever user it became", async () => {
    const neighbour = fakeHandle(200, [200, stranger], "sudo nginx").handle;
    const holder = await nameHolder(found, { neighbours: [neighbour], uid: 0 });
    expect(holder).toMatchObject({ pid: stranger, handle: { alias: 1, command: "sudo nginx" } });
    expect(holderText(holder)).toBe(`nginx) (exit 0 ${stranger} = h1 (sudo nginx)`);
  });
});
