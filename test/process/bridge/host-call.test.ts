/** `host/call`: the process capability for programs in any language. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connect, type Fields } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays, isAlive } from "../../support/strays.ts";

expectNoStrays();

const spawn = (script: string, more: Fields = {}) => ({
  capability: "process",
  operation: "spawn",
  params: { command: script },
  ...more,
});
const about = (operation: string, handleId: unknown, more: Fields = {}) => ({
  capability: "process",
  operation,
  params: { handle_id: handleId, ...more },
});

it("spawns, polls, waits and releases in a session of the client's", async () => {
  await using host = await testRuntime();
  await using served = connect(host.runtime);
  const { client } = served;
  const { session_id: session } = await client.request("session/open");
  const within = { session_id: session };
  const { handle_id: handleId } = await client.request("host/call", { ...spawn("printf 'a\\nb'"), ...within });
  expect(handleId).toMatch(/^psh-/);
  expect(await client.request("host/call", { ...about("wait", handleId), ...within })).toMatchObject({
    status: "exited",
    stdout: "a\nb",
  });
  // Its report is nothing for the inbox.
  expect(await client.claim(String(session))).toMatchObject({ claim_id: null });
  expect(await client.request("host/call", { ...about("release", handleId), ...within })).toMatchObject({
    released: true,
  });
});

it("without a session uses one that is the connection's own, and closes it with the connection", async () => {
  await using host = await testRuntime();
  const first = connect(host.runtime);
  await using second = connect(host.runtime);
  const [spawned, again] = await Promise.all([
    first.client.request("host/call", spawn("sleep 60")),
    first.client.request("host/call", spawn("sleep 60")),
  ]);
  const { handle_id: handleId, pid } = spawned;
  expect(await first.client.request("host/call", about("poll", again["handle_id"]))).toMatchObject({ running: true });
  const refused = await second.client.failure("host/call", about("poll", handleId));
  expect(refused).toMatchObject({
    code: -32_602,
    data: { kind: "not_found", tool: "process.poll", param: "handle_id" },
  });
  await first[Symbol.asyncDispose]();
  expect([pid, again["pid"]].map((each) => isAlive(Number(each)))).toEqual([false, false]);
});

it("names what does not exist", async () => {
  await using host = await testRuntime();
  await using served = connect(host.runtime);
  const { client } = served;
  const refused = (call: Fields) => client.failure("host/call", call);
  expect(await refused({ capability: "proces", operation: "poll" })).toMatchObject({
    message: 'no capability "proces"; did you mean process?',
  });
  expect(await refused({ capability: "process", operation: "spwn" })).toMatchObject({
    message: 'no operation "spwn"; did you mean spawn?',
    data: { kind: "not_found", param: "operation" },
  });
  expect(await refused(spawn("true", { params: { command: "true", timout_ms: 1 } }))).toMatchObject({
    message: "timout_ms is not a field of process.spawn; did you mean timeout_ms?",
    data: { kind: "invalid_parameter", param: "timout_ms", tool: "process.spawn" },
  });
});

it("a cancelled wait is answered, and leaves the process alone", async () => {
  await using host = await testRuntime();
  await using served = connect(host.runtime);
  const { client } = served;
  const { handle_id: handleId, pid } = await client.request("host/call", spawn("sleep 60"));
  const waiting = client.ask("w", "host/call", about("wait", handleId));
  client.notify("$/cancel_request", { id: "w" });
  expect(await waiting).toMatchObject({ status: "cancelled", running: true, timed_out: false, wait_cancelled: true });
  expect(isAlive(Number(pid))).toBe(true);
  expect(await client.request("host/call", about("kill", handleId))).toMatchObject({ success: true, status: "killed" });
});

it("a client that is gone while it waits leaves the process to the session that goes on", async () => {
  await using host = await testRuntime();
  const session = await host.runtime.openSession({ id: "lasting" });
  const spawned = await session.hostCall("process", "spawn", { command: "sleep 60" });
  const served = connect(host.runtime);
  const { client } = served;
  await client.request("session/open", { session_id: "lasting" });
  const polled = await client.request("host/call", { ...about("poll", spawned["handle_id"]), session_id: "lasting" });
  expect(polled).toMatchObject({ running: true });
  void client.ask("w", "host/call", { ...about("wait", spawned["handle_id"]), session_id: "lasting" });
  await served[Symbol.asyncDispose]();
  expect(isAlive(Number(spawned["pid"]))).toBe(true);
  // Attached again in the same runtime, the handle is known, and its report lies in no inbox.
  const again = await host.runtime.openSession({ id: "lasting" });
  const handle = { handle_id: spawned["handle_id"] ?? null };
  expect(await again.hostCall("process", "kill", handle)).toMatchObject({ success: true, status: "killed" });
  await eventually(async () => (await again.inbox.refresh()).terminal === 0);
  expect(await again.inbox.claim()).toBeNull();
});

it("a cancelled exec is stopped and says what it did until then", async () => {
  await using host = await testRuntime();
  await using served = connect(host.runtime);
  const { client } = served;
  const marker = join(host.runtime.config.values.stateDir, "begun");
  const params = { command: `echo begun; touch '${marker}'; sleep 60` };
  const running = client.ask("e", "host/call", { capability: "process", operation: "exec", params });
  await eventually(() => existsSync(marker));
  client.notify("$/cancel_request", { id: "e" });
  expect(await running).toMatchObject({
    status: "cancelled",
    exit_code: -1,
    success: false,
    signal: "SIGTERM",
    stdout: "begun\n",
    handle_id: null,
  });
});
