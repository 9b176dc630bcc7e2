/** The shells of the capability, on this machine: listed, chosen, and used by whatever runs a text. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { processesOf } from "../../support/host-calls.ts";
import { run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const whichShell = "readlink /proc/$$/exe";

it("are listed with the default, and each can be named by what the list says", async () => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const listed = await call("list_shells");
  const shells = listed["shells"] as JsonObject[];
  expect(new Set(shells.map(({ id }) => id)).size).toBe(shells.length);
  const sh = shells.find(({ id }) => id === "sh");
  expect(sh).toEqual({
    id: "sh",
    label: expect.stringContaining("sh"),
    path: expect.stringMatching(/^\/.*sh$/),
    platform: process.platform,
    available: true,
    supports_login: true,
    supports_interactive: true,
    default_args: ["-c"],
    login_args: ["-l", "-c"],
    source: expect.stringMatching(/^(env|login|etc_shells|fallback)$/),
  });
  expect(await call("get_default_shell")).toMatchObject({ id: listed["default_shell_id"], available: true });
  for (const shell of [sh, { id: "sh" }, "sh", sh?.["path"]]) {
    const { program, args, command_arg_index: index } = await call("shell_invocation", { shell, login: true });
    expect([program, args, index]).toEqual([sh?.["path"], ["-l", "-c", "{command}"], 2]);
  }
});

it("the default can be chosen: for spawn, exec and run_command, by each session for itself", async () => {
  await using host = await testRuntime({ defaultShell: "sh" });
  const other = await host.runtime.openSession();
  const { host: call, wait } = processesOf(host.session);
  const directory = mkdtempSync(join(tmpdir(), "longhand-shell-"));
  const path = join(directory, "mysh");
  writeFileSync(path, '#!/bin/sh\nMYSH=yes exec /bin/sh "$@"\n');
  chmodSync(path, 0o755);
  await using chosen = await testRuntime({ defaultShell: path });
  expect(await call("set_default_shell", { shell_id: "dash" }).catch(() => null)).not.toBeNull();
  expect(await call("get_default_shell")).toMatchObject({ id: "dash" });
  const stdout = async (answer: Promise<JsonObject>) => String((await answer)["stdout"]).trim();
  expect(await stdout(call("exec", { command: whichShell }))).toMatch(/dash$/);
  const spawned = await call("spawn", { command: whichShell });
  expect(await stdout(wait(String(spawned["handle_id"])))).toMatch(/dash$/);
  expect(await stdout(run(host.session, whichShell))).toMatch(/dash$/);
  expect(await stdout(run(other, 'echo "$0"'))).toMatch(/\/sh$/);
  for (const session of [other, await host.runtime.openSession()]) {
    expect(await processesOf(session).host("get_default_shell")).toMatchObject({ id: "sh" });
    expect(await processesOf(session).host("list_shells")).toMatchObject({ default_shell_id: "sh" });
  }
  expect(await stdout(run(chosen.session, 'echo "$MYSH"'))).toBe("yes");
  expect(await processesOf(chosen.session).host("get_default_shell")).toMatchObject({ path, source: "configured" });
  rmSync(directory, { recursive: true });
});

it("a choice is the session's: another reader finds it, and it goes with the session", async () => {
  await using host = await testRuntime({ defaultShell: "sh" });
  const { runtime, session } = host;
  await processesOf(session).host("set_default_shell", { shell_id: "bash" });
  // With something to keep, so that leaving does not close it.
  await session.call("run_command", { command: "sleep 300", background: true });
  const reader = await runtime.openSession({ id: session.id });
  expect(await processesOf(reader).host("get_default_shell")).toMatchObject({ id: "bash" });
  await reader.leave();
  const later = await runtime.openSession({ id: session.id });
  expect(await processesOf(later).host("get_default_shell")).toMatchObject({ id: "sh" });
});

it.each([
  [{}, "missing_parameter", "shell_id"],
  [{ id: "nosuch" }, "invalid_parameter", "shell_id"],
  [{ shell_id: "sh", id: "bash" }, "invalid_parameter", "id"],
])("set_default_shell %j is refused, and changes nothing", async (params, kind, param) => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const before = await call("get_default_shell");
  await expect(call("set_default_shell", params)).rejects.toMatchObject({ kind, param });
  expect(await call("get_default_shell")).toEqual(before);
  expect(await call("set_default_shell", { shell_id: "sh", id: "sh" })).toMatchObject({ id: "sh" });
});

it("an operation without params says that it has none", async () => {
  await using host = await testRuntime();
  await expect(processesOf(host.session).host("list_shells", { x: 1 })).rejects.toMatchObject({
    kind: "invalid_parameter",
    message: "x is not a field of process.list_shells; it has none",
  });
});

it("an invocation says where the command goes, and is what runs", async () => {
  await using host = await testRuntime();
  const { host: call } = processesOf(host.session);
  const invocation = await call("shell_invocation", { shell_id: "sh", command: "echo $0 $-", interactive: true });
  expect(invocation).toMatchObject({ args: ["-i", "-c", "echo $0 $-"], command_arg_index: 2, shell: { id: "sh" } });
  const answer = await call("exec", {
    command: "case $- in *i*) echo interactive;; esac",
    shell: "sh",
    interactive: true,
  });
  expect(answer["stdout"]).toBe("interactive\n");
  const elsewhere = await call("shell_invocation", { shell: { path: "/usr/bin/env" } });
  expect(elsewhere).toMatchObject({ program: "/usr/bin/env", shell: { source: "host", id: "env" } });
});

it("a default that cannot be run is refused by name", async () => {
  await expect(testRuntime({ defaultShell: "/no/such/shell" })).rejects.toMatchObject({
    kind: "invalid_parameter",
    param: "defaultShell",
  });
});
