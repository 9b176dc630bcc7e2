import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import type { Session } from "../../../src/session/session.ts";
import { eventually } from "../../support/eventually.ts";
import { callTool, drain, drainResults, run, testRuntime } from "../../support/runtime.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const read = (session: Session, input: object) => callTool(session, "read_command_output", input);

describe("read_command_output", () => {
  it("reads a running command, and goes on where it stopped", async () => {
    await using at = await testRuntime();
    await run(at.session, { command: "echo one; read never", stdin: "", background: true });
    await run(at.session, { command: "echo one; sleep 0.3; echo two; sleep 60", background: true });
    const first = await eventually(async () => {
      const page = await read(at.session, { handle_id: "h2" });
      return page["content"] === "one\n" && page;
    });
    expect(first).toMatchObject({ offset: 0, next_offset: 4, eof: true });
    await eventually(async () => (await read(at.session, { handle_id: "h2", offset: 4 }))["content"] === "two\n");
  });

  it("reads what has ended: by bytes, from the end, by lines, one stream", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, "seq 1 100; echo problem >&2");
    const base = { handle_id: "h1" };
    expect(await read(at.session, { ...base, offset: 0, length: 4 })).toMatchObject({ content: "1\n2\n", eof: false });
    expect(await read(at.session, { ...base, stream: "stdout", offset: -4 })).toMatchObject({
      content: "100\n",
      eof: true,
    });
    expect(await read(at.session, { ...base, stream: "stdout", from_line: 42, to_line: 43 })).toMatchObject({
      content: "42\n43\n",
      from_line: 42,
      to_line: 43,
    });
    expect(await read(at.session, { ...base, stream: "stdout", from_line: -2 })).toMatchObject({
      content: "99\n100\n",
    });
    expect(await read(at.session, { ...base, stream: "stderr" })).toMatchObject({ content: "problem\n" });
    expect(await read(at.session, { command_id: data["command_id"] })).toMatchObject({
      total_bytes: 300,
      stream: "combined",
    });
    expect(await read(at.session, { ...base, offset: 9_999 })).toMatchObject({ bytes_read: 0, eof: true });
  });

  it("by the path of an artifact, and by no other", async () => {
    await using at = await testRuntime();
    const data = await run(at.session, "echo mine");
    const path = String(data["stdout_path"]);
    expect(await read(at.session, { path })).toMatchObject({ content: "mine\n", stream: "stdout" });
    // The path wins over the id, and is checked all the same.
    writeFileSync(join(dirname(path), "notes.txt"), "not an artifact");
    const root = dirname(dirname(path));
    const twin = join(root, "hto-00000000000000000000000000");
    mkdirSync(twin);
    symlinkSync("/etc/hostname", join(twin, "stdout.txt"));
    for (const wrong of [
      "/etc/hostname",
      "stdout.txt",
      `${root}/../artifacts/${path.slice(root.length + 1)}`,
      join(dirname(path), "notes.txt"),
      join(twin, "stdout.txt"),
    ]) {
      const reading = read(at.session, { path: wrong, handle_id: "h1" });
      await expect(reading, wrong).rejects.toMatchObject({ kind: "invalid_parameter", param: "path" });
    }
  });

  it("not of another session, also by its path", async () => {
    await using at = await testRuntime();
    const other = await at.runtime.openSession();
    const data = await run(other, "echo secret");
    const reading = read(at.session, { path: data["stdout_path"] });
    await expect(reading).rejects.toMatchObject({ kind: "not_found", param: "path" });
  });

  it("names what is missing", async () => {
    await using at = await testRuntime();
    await expect(read(at.session, {})).rejects.toMatchObject({
      kind: "missing_parameter",
      message: expect.stringContaining("handle_id, command_id or path"),
    });
  });
});

describe("list_handles", () => {
  it("lists what runs, newest first, and on request what has ended", async () => {
    await using at = await testRuntime();
    const { session } = at;
    const list = async (input: object) => {
      const rows = (await callTool(session, "list_handles", input))["handles"] as JsonObject[];
      return rows.map(({ alias, status, label }) => [alias, status, label]);
    };
    expect(await list({})).toEqual([]);
    await run(session, { command: "exit 2", label: "quick" });
    await run(session, { command: "sleep 60", background: true });
    await run(session, { command: "sleep 60", background: true, label: "server" });
    expect(await list({})).toEqual([
      ["h3", "running", "server"],
      ["h2", "running", null],
    ]);
    expect(await list({ state: "any", limit: 10 })).toHaveLength(3);
    expect(await list({ state: "ended" })).toEqual([["h1", "completed", "quick"]]);
    const text = (await session.call("list_handles", {})).text;
    expect(text.split("\n")).toHaveLength(2);
    await expect(list({ session_id: "somebody" })).rejects.toMatchObject({ kind: "not_found", param: "session_id" });
  });
});

describe("drain_inbox and progress", () => {
  it("progress replaces the older one, and none is left once the result is there", async () => {
    await using at = await testRuntime();
    const input = {
      command: "echo a; sleep 60",
      background: true,
      progress_interval_ms: 20,
      progress_max_interval_ms: 40,
    };
    const { handle_id: id } = await run(at.session, input);
    await eventually(async () => ((await at.session.inbox.unread())[0]?.sequence ?? 0) >= 3);
    const unread = await at.session.inbox.unread();
    expect(unread).toMatchObject([{ kind: "tool_progress", handleId: id, body: { stdout: { text: "a\n" } } }]);
    const [progress] = await drain(at.session);
    expect<unknown>(progress).toMatchObject({ kind: "tool_progress", body: { status: "running", byte_count: 2 } });
    await callTool(at.session, "cancel_handle", { handle_id: "h1" });
    await eventually(() => at.session.live().length === 0);
    expect((await drain(at.session)).map(({ kind }) => kind)).toEqual(["tool_result"]);
  });

  it("gives a few at a time and says how many are left", async () => {
    await using at = await testRuntime();
    for (const name of ["a", "b", "c"]) await run(at.session, { command: `echo ${name}`, background: true });
    await eventually(async () => (await at.session.inbox.refresh()).terminal === 3);
    const first = await callTool(at.session, "drain_inbox", { max_messages: 2 });
    expect(first["remaining"]).toBe(1);
    expect(first["messages"]).toHaveLength(2);
    expect(await drainResults(at.session)).toHaveLength(1);
  });
});
