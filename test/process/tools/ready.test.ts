import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/base/json.ts";
import { shellQuote } from "../../../src/process/shell-quote.ts";
import { eventually } from "../../support/eventually.ts";
import { freePort, heldPort } from "../../support/ports.ts";
import { drainResults, testRuntime } from "../../support/runtime.ts";
import { server, startReady as start } from "../../support/servers.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("ready: port", () => {
  it.each(["127.0.0.1", "0.0.0.0", "::1", "::"])(
    "answers when the command listens on %s, after a while",
    async (host) => {
      await using at = await testRuntime();
      const port = await freePort();
      const { status, text, data } = await start(at.session, server(port, host, 150), { port });
      expect(status).toBe("running");
      expect(data).toMatchObject({ status: "running", feedback_kind: "tool_progress" });
      expect<unknown>(data).toMatchObject({ ready: { ready: true, by: "port", port, address: host } });
      expect(text.split("\n")[0]).toMatch(new RegExp(`^\\[running h1 · .* · ready: port ${port}\\]$`));
      expect(at.session.live()).toHaveLength(1);
    },
  );

  it.each([
    ["a grandchild", (command: string) => `sh -c ${shellQuote(`${command} & wait`)} & wait`],
    ["one in a session of its own", (command: string) => `setsid ${command} & wait`],
  ])("knows %s", async (_, nested) => {
    await using at = await testRuntime();
    const port = await freePort();
    const { data } = await start(at.session, nested(server(port)), { port });
    expect<unknown>(data).toMatchObject({ ready: { ready: true, by: "port", port } });
    expect((data["ready"] as JsonObject)["pid"]).not.toBe(data["pid"]);
  });

  it("of a server that was started before: the second answer names the first", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const first = await start(at.session, server(port), { port });
    // The second does not even notice: it comes later than the look.
    const { status, text, data } = await start(at.session, server(port, "127.0.0.1", 60_000), { port });
    expect(status).toBe("running");
    expect<unknown>(data).toMatchObject({
      ready: {
        ready: false,
        because: "port_taken",
        holder: { port, handle_id: first.data["handle_id"], alias: "h1", command: first.data["command"] },
      },
    });
    expect(text).toMatch(new RegExp(`· NOT ready: port ${port} is held by \\S+ \\d+ = h1 \\(`));
    expect(text).toContain("cancel_handle h1 and start again, or use another port");
    expect(at.session.live()).toHaveLength(2);
  });

  it("of a server that ends because of that: its last lines, and who has the port", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    await start(at.session, server(port), { port });
    const { status, text, data } = await start(at.session, `exec 2>&1; echo EADDRINUSE; exit 98`, { port });
    expect(status).toBe("completed");
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "ended", holder: { alias: "h1" } } });
    expect(text).toContain(`port ${port} is held by`);
    await eventually(() => at.session.live().length === 1);
  });

  it("answers of a server beside a stranger on the other loopback address", async () => {
    await using at = await testRuntime();
    await using held = await heldPort("::1");
    const { data } = await start(at.session, server(held.port, "127.0.0.1", 200), { port: held.port });
    expect<unknown>(data).toMatchObject({ ready: { ready: true, by: "port", address: "127.0.0.1" } });
  });

  it("names a stranger by pid and name, and never touches it", async () => {
    await using at = await testRuntime();
    await using held = await heldPort();
    const { port } = held;
    const { text, data } = await start(at.session, "sleep 60", { port });
    expect<unknown>(data).toMatchObject({
      ready: { ready: false, because: "port_taken", holder: { pid: process.pid, handle_id: null, command: null } },
    });
    expect(text).toMatch(new RegExp(`NOT ready: port ${port} is held by .* ${process.pid}\\]`));
    expect(text).toContain("use another port, or ask the user");
    expect(text).not.toContain("cancel_handle h1 and");
  });

  it("of another session's command names no command of it", async () => {
    await using at = await testRuntime();
    const other = await at.runtime.openSession();
    const port = await freePort();
    await start(other, server(port), { port });
    const { text, data } = await start(at.session, "sleep 60", { port });
    expect<unknown>(data).toMatchObject({
      ready: { because: "port_taken", holder: { handle_id: null, command: null } },
    });
    expect(text).not.toContain("server.mjs");
  });

  it("with owner any, anybody will do", async () => {
    await using at = await testRuntime();
    await using held = await heldPort();
    const { data } = await start(at.session, "sleep 60", { port: held.port, owner: "any" });
    expect<unknown>(data).toMatchObject({ ready: { ready: true, by: "port", port: held.port, pid: null } });
  });

  it("answers with the result at once when the command ends first", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const { status, text, data } = await start(at.session, "echo no such module >&2; exit 3", { port });
    expect(status).toBe("completed");
    expect<unknown>(data).toMatchObject({ exit_code: 3, ready: { ready: false, because: "ended" } });
    expect(data["ready"]).not.toHaveProperty("holder");
    expect(text).toContain("no such module");
    expect(text).toContain("[NOT ready: it ended first]");
    expect(await drainResults(at.session)).toEqual([]);
  });

  it("leaves the command alone when the time is up", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const { status, text, data } = await start(at.session, "sleep 60", { port, timeout_ms: 50 });
    expect(status).toBe("running");
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "timeout" } });
    expect(text).toMatch(new RegExp(`NOT ready after \\S+: it does not listen on port ${port}`));
    expect(at.session.live()).toHaveLength(1);
  });

  it("is waited for no longer than background_after_ms says", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const { data } = await start(at.session, "sleep 60", { port }, { background_after_ms: 50 });
    expect<unknown>(data).toMatchObject({ status: "running", ready: { because: "timeout" } });
  });

  it("a call that is cancelled while it waits ends its command", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const abort = new AbortController();
    const answer = start(at.session, "sleep 60", { port }, {}, { signal: abort.signal });
    await eventually(() => at.session.live()[0]?.phase === "running");
    abort.abort("no longer");
    const { status, data } = await answer;
    expect(status).toBe("cancelled");
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "ended" }, ended_by: { cause: "cancel" } });
    expect(at.session.live()).toEqual([]);
  });

  it("a call that is moved to the background answers at once, and the command goes on", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const answer = start(at.session, "sleep 60", { port }, {}, { callId: "c1" });
    await eventually(() => at.session.live()[0]?.phase === "running");
    await at.session.moveToBackground("c1");
    const { status, text, data } = await answer;
    expect(status).toBe("running");
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "given_up" } });
    expect(text).not.toContain("ready");
    expect(at.session.live()).toHaveLength(1);
  });
});

describe("ready: http", () => {
  it("answers when a GET does, below 500", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const { text, data } = await start(at.session, server(port, "127.0.0.1", 100, 2), { http: `:${port}/health` });
    const url = `http://localhost:${port}/health`;
    expect<unknown>(data).toMatchObject({ ready: { ready: true, by: "http", url, status: 404, address: "127.0.0.1" } });
    expect(text).toContain(`ready: ${url} answers 404`);
  });

  it("finds a server that serves IPv6 alone under localhost", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const { data } = await start(at.session, server(port, "::1"), { http: `http://localhost:${port}` });
    expect<unknown>(data).toMatchObject({ ready: { ready: true, address: "::1" } });
  });

  it("says what was answered when the time is up", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    await start(at.session, server(port, "127.0.0.1", 0, 1_000_000), { port });
    // It listens already: the first look is enough.
    const ready = { http: `:${port}/`, owner: "any", timeout_ms: 1_500 };
    const { text, data } = await start(at.session, "sleep 60", ready);
    expect<unknown>(data).toMatchObject({
      status: "running",
      ready: { ready: false, because: "timeout", status: 503 },
    });
    expect(text).toContain("answers 503");
  });

  it("asks nobody else than this command", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    await start(at.session, server(port), { port });
    const { data } = await start(at.session, "sleep 60", { http: `:${port}/` });
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "port_taken", holder: { alias: "h1" } } });
    const { data: any } = await start(at.session, "sleep 60", { http: `:${port}/`, owner: "any" });
    expect<unknown>(any).toMatchObject({ ready: { ready: true, by: "http", status: 404 } });
  });
});

describe("ready: pattern", () => {
  it.each(["stdout", "stderr"])("answers when it is printed on %s", async (stream) => {
    await using at = await testRuntime();
    const to = stream === "stderr" ? ">&2" : "";
    const { text, data } = await start(at.session, `echo one; echo "Local: 5173" ${to}; sleep 60`, {
      pattern: "Local:",
    });
    expect<unknown>(data).toMatchObject({ status: "running", ready: { ready: true, by: "pattern", match: "Local:" } });
    expect(text).toContain('· ready: "Local:"]');
  });

  it("may be a regular expression, and the output may go straight to files", async () => {
    await using at = await testRuntime();
    const capture = { transport: "file" };
    const ready = { pattern: "port \\d+$", regex: true };
    const { data } = await start(at.session, "echo port 8000 >&2; sleep 60", ready, { capture });
    expect<unknown>(data).toMatchObject({
      ready: { ready: true, by: "pattern", match: "port 8000", stream: "stderr" },
    });
  });

  it("of a command that ends without it comes with the result", async () => {
    await using at = await testRuntime();
    const { status, text, data } = await start(at.session, "echo something else", { pattern: "Local:" });
    expect(status).toBe("completed");
    expect<unknown>(data).toMatchObject({ ready: { ready: false, because: "ended" } });
    expect(text).toContain("something else");
  });

  it("is refused before anything is started when it is none", async () => {
    await using at = await testRuntime();
    const refused = { kind: "invalid_parameter", tool: "run_command", param: "ready.pattern" };
    await expect(start(at.session, "sleep 60", { pattern: "(", regex: true })).rejects.toMatchObject(refused);
    expect(at.session.live()).toEqual([]);
  });
});
