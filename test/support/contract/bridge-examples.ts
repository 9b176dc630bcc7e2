/** Every method of the bridge, really asked over a pair of streams. */
import type { JsonObject } from "../../../src/base/json.ts";
import { connect } from "../bridge-client.ts";
import { eventually } from "../eventually.ts";
import type { Recorder } from "./example.ts";
import type { ExampleSite } from "./tool-examples.ts";

function verdictOn(command: string) {
  if (command.includes("secret")) return { decision: "deny", reason: "not here" };
  if (command.includes("deploy")) return { decision: "rewrite", input: { command: "echo instead" } };
  return { decision: "allow" };
}

export async function bridgeExamples(recorder: Recorder, { runtime, bridge }: ExampleSite): Promise<void> {
  await using served = connect(runtime, { bridge });
  const { client } = served;
  client.onRequest = (method, params) => {
    const answer = verdictOn(String(params["command"]));
    recorder.examples.push({
      path: `bridge/${method}`,
      state: answer.decision,
      input: params as JsonObject,
      output: answer,
    });
    return answer;
  };
  const told = (method: string, state: string, params: JsonObject) =>
    recorder.take(`bridge/${method}`, state, params, (asked) => client.request(method, asked));
  await told("initialize", "agreed", {
    protocol_versions: ["2026-11-01"],
    client: { name: "example" },
    capabilities: { approval: true },
  });
  await told("session/open", "new", { session_id: "agent-1" });
  const of = { session_id: "agent-1" };
  await told("inbox/subscribe", "empty", of);
  await told("inbox/claim", "empty", of);
  await told("tool/list", "all", {});
  const run = (input: JsonObject, more: JsonObject) => ({ ...of, name: "run_command", input, ...more });
  await told("tool/call", "completed", run({ command: "echo hello" }, { call_id: "c1", output: true }));
  await told("tool/call", "rewritten", run({ command: "make deploy" }, {}));
  await client.failure("tool/call", run({ command: "echo secret" }, {}));
  await told("tool/call", "background", run({ command: "echo built", background: true }, {}));
  await eventually(() => client.notifications("inbox/message").length > 0);
  const { claim_id: first = "" } = await told("inbox/claim", "messages", of);
  await told("inbox/release", "released", { ...of, claim_id: first });
  const { claim_id: again = "" } = await client.claim("agent-1");
  await told("inbox/ack", "acked", { ...of, claim_id: again });
  const moved = told("tool/call", "moved", run({ command: "sleep 60" }, { call_id: "c2" }));
  const move = { ...of, call_id: "c2" };
  await eventually(async () => (await client.request("session/move_to_background", move))["moved"] === true);
  await moved;
  await told("session/move_to_background", "not_in_flight", { ...of, call_id: "nobody" });
  const cancelled = told(
    "tool/call",
    "cancelled",
    run({ command: "echo begun; sleep 60" }, { call_id: "c3", output: true }),
  );
  await eventually(() => client.notifications("tool/output").some(({ call_id: id }) => id === "c3"));
  await told("session/calls", "in_flight", of);
  await told("session/cancel_tool_call", "cancelled", { ...of, tool_call_id: "c3", reason: "wrong branch" });
  await cancelled;
  await told("session/cancel_tool_call", "not_found", { ...of, tool_call_id: "nobody" });
  await told("host/call", "shells", { capability: "process", operation: "list_shells" });
  await told("session/digest", "running", of);
  await told("inbox/unsubscribe", "done", of);
  await told("session/close", "reports", of);
}
