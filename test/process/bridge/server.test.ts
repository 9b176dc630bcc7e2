/** The server that docs/bridge.md shows, as a program: it serves clients, and a signal ends it with all that runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectSocket } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { connect } from "../../../src/client/index.ts";
import { finished } from "../../support/cli.ts";
import { scratch } from "../../support/process-observer.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const [, shown = ""] = /^```js\n(.*?)^```$/ms.exec(readFileSync("docs/bridge.md", "utf8")) ?? [];

function start(directory: string, socket: string): ChildProcess {
  const file = join(directory, "server.mjs");
  writeFileSync(file, shown);
  const env = { ...process.env, LONGHAND_STATE_DIR: join(directory, "state"), LONGHAND_RUNTIME_DIR: directory };
  const argv = ["--import", resolve("test/support/from-source.mjs"), file, socket];
  return spawn(process.execPath, argv, { env, stdio: ["ignore", "pipe", "pipe"] });
}

it.each(["SIGTERM", "SIGINT"] as const)("serves, and ends with everything at %s", async (signal) => {
  using directory = scratch();
  const path = join(directory.path, "socket");
  const server = start(directory.path, path);
  const ended = finished(server);
  if (server.stdout === null) throw new Error("no pipe");
  await Promise.race([once(createInterface({ input: server.stdout }), "line"), ended]);
  const asked: string[] = [];
  await using client = await connect({
    open: () => connectSocket(path),
    reconnect: false,
    approve: async ({ command }) => {
      asked.push(command);
      return { decision: "allow" };
    },
  });
  const session = await client.openSession({ id: "s" });
  expect((await session.call("run_command", { command: "echo hello" })).data).toMatchObject({ stdout: "hello\n" });
  expect(asked).toEqual(["echo hello"]);
  const { data } = await session.call("run_command", { command: "sleep 300", background: true });
  expect(isAlive(Number(data["pid"]))).toBe(true);
  server.kill(signal);
  expect(await ended).toMatchObject({ code: 0, signal: null, stderr: "" });
  expect(isAlive(Number(data["pid"]))).toBe(false);
});
