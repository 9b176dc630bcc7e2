/** `longhand demo`: an agent at work on a real runtime. The model is scripted; processes, pipes, inbox and receipts are not. */
import type { JsonObject } from "../base/json.ts";
import { createRuntime } from "../runtime.ts";
import type { Session } from "../session/session.ts";
import { runAgent } from "./demo/agent-loop.ts";
import { receiptLines } from "./demo/receipt-lines.ts";
import { createScreen, type Screen } from "./demo/screen.ts";
import { buildAndGrep, cancelRunaway, heldPipe, ownCommand, startRunaway } from "./demo/scripts.ts";
import { watchUntilDone } from "./demo/watch.ts";
import { createWorkspace, type Workspace } from "./demo/workspace.ts";
import { exitCodeOfSignal, exitCodes } from "./exit-codes.ts";
import { Interrupts } from "./interrupts.ts";
import type { GlobalFlags } from "./options.ts";
import { type CleanupData, runData } from "./run-data.ts";
import { note, printLine, styleFor } from "./terminal.ts";
import { count } from "./text.ts";

/** Resolves with the exit code. Leaves neither a process nor a file. */
export async function demo(words: readonly string[], flags: GlobalFlags): Promise<number> {
  using interrupts = new Interrupts();
  using workspace = createWorkspace();
  const defaultCwd = words.length === 0 ? workspace.project : process.cwd();
  await using runtime = await createRuntime({ stateDir: workspace.stateDir, defaultCwd, injectsInbox: true });
  const session = await runtime.openSession();
  const print = (line: string): void => {
    if (interrupts.caught === null) printLine(line);
  };
  const screen = createScreen(print, styleFor(process.stdout, flags.color));
  const { promise: interrupted, resolve } = Promise.withResolvers<"interrupted">();
  interrupts.handleWith({ onFirst: () => resolve("interrupted"), onAgain: () => {} });
  const show = words.length === 0 ? showAll(session, workspace, screen) : showOwn(session, words, screen);
  // Interrupted: whatever the agent still says is of no interest, and its commands end with the runtime.
  show.catch(() => {});
  const end = await Promise.race([show, interrupted]);
  if (end !== "interrupted") return end;
  const reports = await runtime.close();
  note(`stopped ${count(reports.length, "command")}, nobody is left`);
  return exitCodeOfSignal(interrupts.caught ?? "SIGINT");
}

async function showAll(session: Session, workspace: Workspace, screen: Screen): Promise<number> {
  screen.heading("A slow build does not hold up the agent; its result comes by itself");
  await runAgent(session, buildAndGrep, screen);
  screen.heading("A command ends when it has ended, whoever holds its pipe");
  await runAgent(session, heldPipe, screen);
  screen.heading("A cancel leaves nobody behind, and proves it");
  const started = await runAgent(session, startRunaway, screen);
  screen.say("check", `${count(workspace.processes(), "process", "processes")} in /proc work in that directory now`);
  const cancelled = await runAgent(session, cancelRunaway(String(started["alias"])), screen);
  const { process_cleanup: receipt } = runData(cancelled["result"] as JsonObject);
  screen.say("receipt", receiptLines(receipt).join("\n"));
  return verdict(receipt, workspace.processes(), screen);
}

function verdict(receipt: CleanupData, left: number, screen: Screen): number {
  screen.say("check", `${count(left, "process", "processes")} in /proc work in that directory now`);
  const clean = left === 0 && receipt.survivors.length === 0;
  screen.heading(
    clean ? "Nothing is left: no process, no file, no state. Next: longhand run -- CMD" : "Somebody is left",
  );
  return clean ? exitCodes.ok : exitCodes.unhealthy;
}

async function showOwn(session: Session, words: readonly string[], screen: Screen): Promise<number> {
  screen.heading("Your command in the background");
  const started = await runAgent(session, ownCommand(words), screen);
  if (started["error"] !== undefined) return exitCodes.failed;
  await watchUntilDone(session, screen);
  screen.heading("The result, from the inbox");
  await runAgent(session, [], screen);
  return exitCodes.ok;
}
