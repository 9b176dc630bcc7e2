/** An agent of LangChain that starts its tests in the background, goes on with its work, and finds their result without asking for it. */
import { AIMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { createAgent, createMiddleware } from "langchain";
import { createRuntime } from "longhand";
import { langchain } from "longhand/langchain";

const command = (id: string, args: Record<string, unknown>) =>
  new AIMessage({ content: "", tool_calls: [{ id, name: "run_command", args }] });
// Put a real one here: "openai:gpt-…", "anthropic:claude-…", new ChatOpenAI({ … }).
const model = fakeModel()
  .respond(command("call_1", { command: "sleep 1; echo 42 tests passed", background_after_ms: 0 }))
  .respond(command("call_2", { command: "sleep 3; echo no warnings" }))
  .respond((messages) => new AIMessage(`Both went well. In my inbox lay:\n${messages.at(-1)?.text}`));

await using runtime = await createRuntime({ store: "memory", injectsInbox: true });
// Ctrl-C ends what runs, too.
process.once("SIGINT", () => void runtime.close().finally(() => process.exit(130)));
const session = await runtime.openSession();
const agent = createAgent({
  model,
  // The tools, and what lies in the inbox as a message of the state. With a checkpointer it is kept like any other.
  middleware: [createMiddleware(langchain(session))],
});

const { messages } = await agent.invoke(
  { messages: [{ role: "user", content: "Start the tests, and lint meanwhile." }] },
  { signal: AbortSignal.timeout(60_000) },
);
for (const message of messages) {
  const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
  for (const { args } of calls) console.log(`call: ${JSON.stringify(args)}`);
  if (message.text !== "") console.log(`${message.type}: ${message.text}`);
}
