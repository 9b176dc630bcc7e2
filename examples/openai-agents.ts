/** An agent of the OpenAI Agents SDK that starts its tests in the background, ends its turn, and is woken by their result. */
import {
  Agent,
  MemorySession,
  RunMessageOutputItem,
  RunToolCallOutputItem,
  run,
  setTracingDisabled,
} from "@openai/agents";
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from "@openai/agents/testing";
import { createRuntime } from "longhand";
import { openaiAgents } from "longhand/openai-agents";

const commandOf = (callId: string, input: object) => functionCall("run_command", { ...input }, { callId });
// Put a real one here: "gpt-…".
const model = new ScriptedModel([
  [
    commandOf("call_1", { command: "sleep 2; echo 42 tests passed", background_after_ms: 0 }),
    commandOf("call_2", { command: "echo no warnings" }),
  ],
  [assistantMessage("Lint is clean, and the tests are running.")],
  modelResponder(({ request }) => {
    const mail = typeof request.input === "string" ? undefined : request.input.at(-1);
    const [part] = mail?.type === "message" && typeof mail.content === "object" ? mail.content : [];
    const text = part?.type === "input_text" ? part.text : "nothing";
    return [assistantMessage(`The tests are through. In my inbox lay:\n${text}`)];
  }),
]);
setTracingDisabled(true); // traces would be sent to the provider

await using runtime = await createRuntime({ store: "memory", injectsInbox: true });
// Ctrl-C ends what runs, too.
process.once("SIGINT", () => void runtime.close().finally(() => process.exit(130)));
const session = await runtime.openSession();
// Any session of the SDK: mail is in it before the model reads it.
const { tools, runOptions } = openaiAgents(session, { memory: new MemorySession() });
const agent = new Agent({ name: "builder", model, tools });

async function turn(input: string): Promise<void> {
  const { newItems } = await run(agent, input, { ...runOptions, signal: AbortSignal.timeout(60_000) });
  for (const item of newItems) {
    if (item instanceof RunToolCallOutputItem) console.log(`result: ${item.output}`);
    if (item instanceof RunMessageOutputItem) console.log(`model: ${item.content}`);
  }
}

await turn("Start the tests, and lint meanwhile.");
await mailCame();
console.log("(woken by the inbox)");
await turn("Go on.");

async function mailCame(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _ = session.inbox.onReady(resolve);
  await promise;
}
