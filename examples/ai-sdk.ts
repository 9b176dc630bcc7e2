/** An agent on the AI SDK that starts its tests in the background, ends its turn, and is woken by their result. */
import { generateText, type ModelMessage, stepCountIs } from "ai";
import { createRuntime } from "longhand";
import { aiSdk } from "longhand/ai-sdk";
import { scriptedModel } from "./support/ai-sdk-model.ts";

// Put a real one here: openai("…"), anthropic("…"), "provider/model".
const model = scriptedModel([
  { run: { command: "sleep 2; echo 42 tests passed", background_after_ms: 0 } },
  { run: { command: "echo no warnings" } },
  { say: "Lint is clean, and the tests are running." },
  { say: "The tests are through. In my inbox lay:\n{mail}" },
]);

await using runtime = await createRuntime({ store: "memory", injectsInbox: true });
// Ctrl-C ends what runs, too.
process.once("SIGINT", () => void runtime.close().finally(() => process.exit(130)));
const session = await runtime.openSession();
const { tools, prepareStep, onStepFinish, withMail } = aiSdk(session);
const history: ModelMessage[] = [{ role: "user", content: "Start the tests, and lint meanwhile." }];

async function turn(): Promise<void> {
  const { responseMessages } = await generateText({
    model,
    messages: history,
    tools,
    prepareStep, // brings what lies in the inbox
    stopWhen: stepCountIs(20),
    onStepFinish: async (step) => {
      await onStepFinish(step); // it was read
      for (const { input } of step.toolCalls) console.log(`call: ${JSON.stringify(input)}`);
      for (const { output } of step.staticToolResults) console.log(`result: ${output.text}`);
      if (step.text !== "") console.log(`model: ${step.text}`);
    },
  });
  history.push(...withMail(responseMessages)); // the mail too, where the model saw it
}

await turn();
await mailCame();
console.log("(woken by the inbox)");
await turn();

async function mailCame(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  using _ = session.inbox.onReady(resolve);
  await promise;
}
