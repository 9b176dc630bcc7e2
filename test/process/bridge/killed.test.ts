/** A client that is killed with `kill -9` while its calls are in flight: its commands are gone, its mail is kept, nobody else notices. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { createBridge } from "../../../src/bridge/index.ts";
import { createRuntime } from "../../../src/runtime.ts";
import { connect } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { program } from "../../support/cli.ts";
import { eventually } from "../../support/eventually.ts";
import { fixture, scratch } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

interface Told {
  readonly bridge: number | null;
  readonly commands: readonly number[];
}

/** Nothing here takes long, but on a busy machine everything does. */
const patient = { timeoutMs: 90_000 };
const slow = 120_000;

/** Killed with SIGKILL once its calls are in flight. */
async function killedCaller(...args: string[]): Promise<Told> {
  const caller: ChildProcess = spawn(process.execPath, [fixture("bridge-caller.mjs"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(caller, "exit");
  // Whatever fails below: with it end its commands.
  using _ = { [Symbol.dispose]: () => void caller.kill("SIGKILL") };
  if (caller.stdout === null) throw new Error("no pipe");
  const signal = AbortSignal.timeout(patient.timeoutMs);
  const [line] = await Promise.race([once(createInterface({ input: caller.stdout }), "line", { signal }), exited]);
  const told = JSON.parse(String(line)) as Told;
  expect(told.commands).toHaveLength(2);
  expect(told.commands.map(isAlive)).toEqual([true, true]);
  caller.kill("SIGKILL");
  expect(await exited).toEqual([null, "SIGKILL"]);
  return told;
}

it("of a longhand bridge of its own: the bridge ends too, and the next one has the mail", {
  timeout: slow,
}, async () => {
  using directory = scratch();
  const { bridge, commands } = await killedCaller("pipes", directory.path, program);
  await eventually(() => bridge !== null && !isAlive(bridge), { ...patient, what: "the end of the bridge" });
  expect(commands.map(isAlive)).toEqual([false, false]);
  await using runtime = await createRuntime({ stateDir: directory.path });
  const session = await runtime.openSession({ id: "s" });
  const mail = await session.inbox.claim();
  const causes = mail?.messages.map(({ body }) => (body["endedBy"] as { kind: string }).kind);
  // What ended before, what was stopped behind, and what the call in front could not tell any more.
  expect(causes?.toSorted()).toEqual(["cancel", "exit", "session_close"]);
});

it("over a socket: only its own session ends, the other clients of the bridge go on", { timeout: slow }, async () => {
  const bridge = createBridge();
  await using host = await testRuntime({ approve: bridge.approve, stopGraceMs: 300 });
  using directory = scratch();
  await using other = connect(host.runtime, { bridge });
  await other.client.request("session/open", { session_id: "other" });
  const going = other.client.run("other", "read line; echo $line", { stdin: "on\n" }, { call_id: "c" });
  const kept = await other.client.run("other", "sleep 300", { background: true });
  const served: Promise<void>[] = [];
  const server = createServer((socket: Socket) => {
    served.push(bridge.serve({ input: socket, output: socket, runtime: host.runtime }));
  });
  const path = join(directory.path, "socket");
  server.listen(path);
  await once(server, "listening");
  const { commands } = await killedCaller("socket", path);
  await Promise.all(served);
  server.close();
  expect(commands.map(isAlive)).toEqual([false, false]);
  expect((await going).data).toMatchObject({ stdout: "on\n" });
  const pid = kept.data["pid"] as number;
  expect(isAlive(pid)).toBe(true);
  // Another client finds what the one that was killed had not read.
  await other.client.request("session/open", { session_id: "s" });
  const { messages } = await other.client.claim("s");
  const bodies = messages.map(({ body }) => body as { ended_by?: { cause: string } });
  expect(bodies.map(({ ended_by }) => ended_by?.cause).toSorted()).toEqual(["cancel", "exit", "session_close"]);
  await other.client.call("other", "cancel_handle", { handle_id: kept.data["handle_id"] });
});
