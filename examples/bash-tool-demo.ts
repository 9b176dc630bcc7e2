/** The bash tool at work, with a script where your model and your user would be. Prints what each of them would see. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createBashTool } from "./bash-tool.ts";

const stateDir = await mkdtemp(join(tmpdir(), "longhand-demo-"));
const open = (lastMail?: string) =>
  createBashTool({
    id: "my-conversation",
    ...(lastMail === undefined ? {} : { lastMail }),
    approve: async (command) => !command.startsWith("rm "),
    onOutput: (callId, text) => process.stdout.write(text.replaceAll(/^(?=.)/gm, `    ${callId} | `)),
    settings: { stateDir },
  });
const show = (title: string, text: string) => console.log(`\n${title}\n${text}\n`);

let bash = await open();
// The library has no signal handlers: without one, what runs would outlive a Ctrl-C.
process.once("SIGINT", () => void bash.close().finally(() => process.exit(130)));

const streamed = await bash.call("c1", "bash", { command: "for i in 1 2 3; do echo line $i; sleep 0.3; done" });
show("Streamed above; the model sees:", streamed.text);

const refused = await bash.call("c2", "bash", { command: "rm -rf node_modules" });
show("The user refuses:", refused.text);

const endless = bash.call("c3", "bash", { command: "echo working; sleep 600" });
await delay(1_000);
console.log(`Esc: ${await bash.stop("c3")}`);
show("The model sees:", (await endless).text);

const slow = bash.call("c4", "bash", { command: "echo building; sleep 3; echo built", label: "build" });
await delay(1_000);
console.log(`Ctrl+B: ${await bash.moveToBackground("c4")}`);
show("The model sees, and goes on:", (await slow).text);

const mail = await nextMail();
show("Some steps later, in front of the model:", mail.text);
await bash.close(); // the transcript was saved, and then the agent died before ack(): the mail would come again

bash = await open(mail.id); // unless the transcript says that it is there
await bash.call("c5", "bash", { command: "echo goodbye", background_after_ms: 0, label: "last words" });
await delay(1_000);
await bash.close();

bash = await open();
show("In the next run, what the last one had not read:", (await nextMail()).text);
await bash.close();
await rm(stateDir, { recursive: true });

/** Waits, as an idle agent does. What is acknowledged here is the notice that c3 was stopped. */
async function nextMail() {
  for (;;) {
    const next = await bash.nextMail();
    if (next?.messages.some(({ kind }) => kind === "tool_result")) return next;
    await next?.ack();
    const { promise, resolve } = Promise.withResolvers<void>();
    using _ = bash.onMail(resolve);
    await promise;
  }
}
