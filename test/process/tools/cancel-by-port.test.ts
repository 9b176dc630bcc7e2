import { describe, expect, it } from "vitest";
import type { Session } from "../../../src/session/session.ts";
import { freePort, heldPort } from "../../support/ports.ts";
import { callTool, testRuntime } from "../../support/runtime.ts";
import { server, startReady as start } from "../../support/servers.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

describe("cancel_handle by port", () => {
  const cancel = (session: Session, port: number) =>
    callTool(session, "cancel_handle", { port, wait_result_ms: 10_000, reason: "make room" });

  it("stops the command that listens there, and no other", async () => {
    await using at = await testRuntime();
    const [first, second] = [await freePort(), await freePort()];
    await start(at.session, server(first), { port: first });
    await start(at.session, `setsid ${server(second)} & wait`, { port: second });
    const data = await cancel(at.session, second);
    expect<unknown>(data).toMatchObject({
      alias: "h2",
      cancelled: true,
      result: { status: "killed", ended_by: { cause: "cancel", reason: "make room" } },
    });
    expect(at.session.live().map(({ alias }) => alias)).toEqual([1]);
    // And then there is room.
    const { data: again } = await start(at.session, server(second), { port: second });
    expect<unknown>(again).toMatchObject({ ready: { ready: true } });
  });

  it("finds nobody where nobody listens", async () => {
    await using at = await testRuntime();
    const port = await freePort();
    const refused = { kind: "not_found", tool: "cancel_handle", param: "port" };
    await expect(cancel(at.session, port)).rejects.toMatchObject(refused);
    await expect(cancel(at.session, port)).rejects.toThrow(`nothing listens on port ${port}`);
  });

  it("names a stranger and leaves it alone, also when it is another session's", async () => {
    await using at = await testRuntime();
    await using held = await heldPort();
    const holder = { pid: process.pid, handle_id: null, command: null };
    await expect(cancel(at.session, held.port)).rejects.toMatchObject({ kind: "not_found", details: { holder } });
    const other = await at.runtime.openSession();
    const port = await freePort();
    await start(other, server(port), { port });
    await expect(cancel(at.session, port)).rejects.toMatchObject({ kind: "not_found", details: { holder: { port } } });
    expect(other.live()).toHaveLength(1);
  });

  it("wants a handle or a port, not both", async () => {
    await using at = await testRuntime();
    const asking = (input: object) => callTool(at.session, "cancel_handle", input);
    await expect(asking({ handle_id: "h1", port: 1 })).rejects.toMatchObject({
      kind: "invalid_parameter",
      param: "port",
    });
    await expect(asking({})).rejects.toMatchObject({ kind: "missing_parameter", param: "handle_id" });
  });
});
