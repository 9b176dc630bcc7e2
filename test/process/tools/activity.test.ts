/** What answers say of a running command. */
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/base/ids.ts";
import type { JsonObject } from "../../../src/base/json.ts";
import type { CommandRequest } from "../../../src/handle/request.ts";
import { createCommand } from "../../../src/process/command.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { sh } from "../../support/launch.ts";
import { callTool, drain, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

/** A command of the session whose stdin is open. */
async function startOpen(session: Session, script: string, facts: Partial<CommandRequest> = {}): Promise<string> {
  const { alias } = await session.parts.supervisor.start({
    kind: "command",
    handleId: newId("command"),
    owner: session.id,
    requestId: newId("call"),
    callId: null,
    label: null,
    command: createCommand({ ...sh(script), stdin: { kind: "open" } }),
    capture: { merge: false, previewBytes: 50_000, transport: "pipe" },
    timeoutMs: null,
    maxOutputBytes: 1_000_000,
    leftovers: "stop",
    progress: null,
    inspection: null,
    ...facts,
  });
  return `h${alias}`;
}

const activityOf = (data: JsonObject): JsonObject => data["activity"] as JsonObject;

/** Waits until an answer says that it is in this state. */
function until(session: Session, name: string, state: string): Promise<JsonObject> {
  const look = async () => {
    const data = await callTool(session, "wait_command", { handle_id: name });
    return activityOf(data)["state"] === state ? data : null;
  };
  return eventually(look, { timeoutMs: 20_000, everyMs: 25, what: state });
}

const question = "printf 'Password: ' >&2; read -r x; echo got $x; exec sleep 300";

describe("a command that waits for an answer", () => {
  it("is told everywhere: who waits, and its question", async () => {
    await using at = await testRuntime();
    const { session } = at;
    const name = await startOpen(session, question);
    const data = await until(session, name, "waiting_on_stdin");
    expect(activityOf(data)["waiting"]).toMatchObject({ pid: data["pid"], command_name: "sh", last_line: "Password:" });

    const words = 'waiting on stdin: "Password:"';
    const { text } = await session.call("wait_command", { handle_id: name });
    expect(text.split("\n")[0]).toMatch(new RegExp(`^\\[running ${name} · .* · ${words}\\]$`));
    expect(text.split("\n").at(-1)).toBe(
      `[answer it: write_stdin ${name}; its result: wait_command ${name}. Stop: cancel_handle ${name}]`,
    );
    const listed = await session.call("list_handles", {});
    expect(listed.text).toContain(words);
    expect((listed.data["handles"] as JsonObject[]).map(activityOf)).toMatchObject([{ state: "waiting_on_stdin" }]);
    expect(await session.digest()).toContain(words);
  });

  it("does not wait any more when it has it", async () => {
    await using at = await testRuntime();
    const { session } = at;
    const name = await startOpen(session, question);
    const { handle_id: id } = await until(session, name, "waiting_on_stdin");
    await session.parts.supervisor.get(String(id))?.child?.stdin?.write(Buffer.from("it\n"));
    expect(activityOf(await until(session, name, "idle"))["waiting"]).toBeNull();
  });

  it("says so in its progress", async () => {
    await using at = await testRuntime();
    const progress = { intervalMs: 20, maxIntervalMs: 20, maxInlineBytes: 0 };
    await startOpen(at.session, question, { progress });
    await eventually(async () => {
      const bodies = (await drain(at.session)).map(({ body }) => body as JsonObject);
      return bodies.some((body) => activityOf(body)["state"] === "waiting_on_stdin");
    });
  });
});

describe("other commands", () => {
  it("are idle or listening, and wait for nobody", async () => {
    await using at = await testRuntime();
    const server =
      "require('node:net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
    await run(at.session, { command: "sleep 300 | cat", background: true });
    await run(at.session, { argv: [process.execPath, "-e", server], background: true });
    expect(activityOf(await until(at.session, "h1", "idle"))).toMatchObject({ ports: [], waiting: null });
    const data = await until(at.session, "h2", "listening");
    expect(activityOf(data)["ports"]).toEqual([Number(data["stdout"])]);
  });

  it("are not looked at when they have ended", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, "true");
    expect(data).not.toHaveProperty("activity");
    const { handles } = await callTool(at.session, "list_handles", { state: "any" });
    expect((handles as JsonObject[])[0]).not.toHaveProperty("activity");
  });

  it("are looked at when a cancel has waited for them in vain", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: "trap '' TERM; echo ready; while :; do sleep 300; done", background: true });
    await eventually(
      async () => (await callTool(at.session, "wait_command", { handle_id: "h1" }))["stdout"] === "ready\n",
    );
    const data = await callTool(at.session, "cancel_handle", { handle_id: "h1", wait_result_ms: 1 });
    expect(activityOf(data)).toMatchObject({ waiting: null });
  });
});
