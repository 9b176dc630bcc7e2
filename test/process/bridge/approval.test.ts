/** Questions before a command: carried to the client that declared it answers them. */
import { describe, expect, it } from "vitest";
import { createBridge } from "../../../src/bridge/index.ts";
import { connect, type Fields, type ServedClient } from "../../support/bridge-client.ts";
import { testRuntime } from "../../support/bridge-runtime.ts";
import { eventually } from "../../support/eventually.ts";
import { expectNoStrays } from "../../support/strays.ts";

expectNoStrays();

const hello = { protocol_versions: ["2026-11-01"], client: { name: "test" }, capabilities: { approval: true } };

async function approving(answer: (params: Fields) => unknown) {
  const bridge = createBridge();
  const host = await testRuntime({ approve: bridge.approve });
  const served = connect(host.runtime, { bridge });
  const { client } = served;
  const asked: Fields[] = [];
  client.onRequest = (method, params) => {
    expect(method).toBe("approval/request");
    asked.push(params);
    return answer(params);
  };
  expect(await client.request("initialize", hello)).toMatchObject({ capabilities: { approval: true } });
  await client.request("session/open", { session_id: "s" });
  const end = async (): Promise<void> => {
    await served[Symbol.asyncDispose]();
    await host[Symbol.asyncDispose]();
  };
  return { client, served, asked, [Symbol.asyncDispose]: end };
}

const handles = async ({ client }: Pick<ServedClient, "client">) =>
  (await client.call("s", "list_handles", { state: "any" })).data["handles"];

describe("a client that approves", () => {
  it("is told what is about to run, and allows it", async () => {
    await using test = await approving(() => ({ decision: "allow" }));
    const answer = await test.client.run("s", "echo hi", {}, { call_id: "c" });
    expect(answer.data["stdout"]).toBe("hi\n");
    expect(test.asked).toMatchObject([
      { session_id: "s", call_id: "c", tool: "run_command", command: "echo hi", input: { command: "echo hi" } },
    ]);
    expect(test.asked[0]).toHaveProperty("cwd");
  });

  it("denies, and nothing was there", async () => {
    await using test = await approving(() => ({ decision: "deny", reason: "not on a Friday" }));
    expect(
      await test.client.failure("tool/call", { session_id: "s", name: "run_command", input: { command: "x" } }),
    ).toMatchObject({ code: -32_000, data: { kind: "policy_denied", details: { reason: "not on a Friday" } } });
    expect(await handles(test)).toEqual([]);
  });

  it("rewrites", async () => {
    await using test = await approving(() => ({ decision: "rewrite", input: { command: "echo instead" } }));
    expect((await test.client.run("s", "echo hi")).data["stdout"]).toBe("instead\n");
    expect(test.asked).toHaveLength(1);
  });

  it.each([["yes"], [{ decision: "maybe" }], [{ decision: "rewrite" }]])(
    "says %j, which is no permission",
    async (said) => {
      await using test = await approving(() => said);
      const failure = await test.client.failure("tool/call", {
        session_id: "s",
        name: "run_command",
        input: { command: "x" },
      });
      expect(failure).toMatchObject({ data: { kind: "policy_denied" } });
    },
  );

  it("does not answer before the call is cancelled: the question is void and nothing was spawned", async () => {
    await using test = await approving(() => null);
    const { client } = test;
    const call = client.ask("mine", "tool/call", { session_id: "s", name: "run_command", input: { command: "x" } });
    await eventually(() => test.asked.length === 1);
    client.notify("$/cancel_request", { id: "mine" });
    expect(await call).toMatchObject({ status: "cancelled", data: { pid: null } });
    expect(client.notifications("$/cancel_request")).toEqual([{ id: "lh-1" }]);
  });

  it("goes away with the question open: nothing was spawned", async () => {
    await using test = await approving(() => null);
    const call = test.client.ask<Fields>("mine", "tool/call", {
      session_id: "s",
      name: "run_command",
      input: { command: "x" },
    });
    await eventually(() => test.asked.length === 1);
    test.client.end();
    await test.served.served;
    expect(await call).toMatchObject({ status: "cancelled", data: { pid: null } });
  });
});

describe("nobody is asked", () => {
  it("without the capability", async () => {
    const bridge = createBridge();
    await using host = await testRuntime({ approve: bridge.approve });
    await using served = connect(host.runtime, { bridge });
    served.client.onRequest = () => expect.unreachable();
    await served.client.request("session/open", { session_id: "s" });
    expect((await served.client.run("s", "echo hi")).data["stdout"]).toBe("hi\n");
  });

  it("for a client without it, when the host decides otherwise", async () => {
    const bridge = createBridge({ otherwise: () => ({ decision: "deny", reason: "nobody to ask" }) });
    await using host = await testRuntime({ approve: bridge.approve });
    await using served = connect(host.runtime, { bridge });
    await served.client.request("session/open", { session_id: "s" });
    const params = { session_id: "s", name: "run_command", input: { command: "x" } };
    expect(await served.client.failure("tool/call", params)).toMatchObject({ message: "denied: nobody to ask" });
  });
});

describe("initialize", () => {
  it("is refused when no version fits, and names ours", async () => {
    await using host = await testRuntime();
    await using served = connect(host.runtime);
    expect(await served.client.failure("initialize", { protocolVersions: ["1999-01-01"] })).toMatchObject({
      code: -32_602,
      data: { param: "protocol_versions", details: { expected: "2026-11-01", got: "1999-01-01" } },
    });
  });
});
