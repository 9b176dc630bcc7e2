/** `longhand run`: one command in the foreground, as if it had been started directly, and nothing left of it afterwards. */
import { fstatSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isatty } from "node:tty";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { ConfigOptions } from "../config.ts";
import { createRuntime } from "../runtime.ts";
import type { CallStreams } from "../session/call-streams.ts";
import type { CancelCallOptions } from "../session/cancel-options.ts";
import type { Session } from "../session/session.ts";
import type { ToolResult } from "../session/tool-result.ts";
import { exitCodeOfRun, exitCodeOfSignal, exitCodes } from "./exit-codes.ts";
import { type Interrupt, Interrupts } from "./interrupts.ts";
import { Keyboard } from "./keyboard.ts";
import { settingsOf } from "./options.ts";
import { isNobodyReading, Outlet } from "./outlet.ts";
import { type ToolCall, toolCall } from "./run-call.ts";
import { type RunData, runData } from "./run-data.ts";
import type { RunFlags } from "./run-flags.ts";
import { summaryOf } from "./run-summary.ts";
import { note, printed } from "./terminal.ts";

/** How long a reader that is stuck (a pager) may hold up the end of a run that was interrupted. */
const lastWordsMs = 250;

/** The stop has bounds of its own, of a few seconds. */
const longestWaitMs = 60_000;

/** Resolves with the exit code. Rejects with a `LonghandError` when the command could not be run. */
export async function run(words: readonly string[], flags: RunFlags): Promise<number> {
  const asked = toolCall(words, flags);
  using interrupts = new Interrupts();
  const code = await runOnce(asked, flags, interrupts);
  if (code === exitCodeOfSignal("SIGINT") && interrupts.caught === "SIGINT") interrupts.dieLikeAnybody();
  // What a stuck reader has not taken would keep this process alive until it does.
  if (interrupts.caught !== null && process.stdout.writableLength + process.stderr.writableLength > 0)
    process.exit(code);
  return code;
}

async function runOnce(asked: ToolCall, flags: RunFlags, interrupts: Interrupts): Promise<number> {
  using scratch = flags.ephemeral === true ? temporaryDirectory() : null;
  const store: ConfigOptions = scratch === null ? {} : { store: "memory", stateDir: scratch.path };
  await using runtime = await createRuntime({ ...settingsOf(flags), ...store });
  const session = await runtime.openSession(flags.session === undefined ? {} : { id: flags.session });
  if (interrupts.caught !== null) return exitCodeOfSignal(interrupts.caught);
  const { data, failure } =
    flags.json === true
      ? { data: await runQuietly(session, asked, interrupts), failure: null }
      : await runLive(session, asked, interrupts, flags.quiet === true);
  // A session of its own has nothing left to say; one that was named goes on.
  if (flags.session === undefined) await session.close();
  if (failure !== null) return exitCodeUnwritten(failure);
  const code = concluded(runData(data), interrupts.caught, flags);
  if (flags.json !== true) return code;
  const unprinted = await printed(JSON.stringify(scratch === null ? data : withoutFiles(data)));
  return unprinted === null ? code : exitCodeUnwritten(unprinted);
}

async function runQuietly(session: Session, { tool, input }: ToolCall, interrupts: Interrupts): Promise<JsonObject> {
  const callId = newId("call");
  const streams = { ...stdinToPass(), onReady: () => {} };
  const answer = session.call(tool, input, { callId, streams });
  stopOn(interrupts, session, callId);
  return untilEnded(await answer, session);
}

/** A stop may take longer than the answer of a cancelled call waits for it; the run is over when the command is. */
async function untilEnded({ data }: ToolResult, session: Session): Promise<JsonObject> {
  if (data["stopping"] !== true) return data;
  const end = await session.call("wait_command", { handle_id: data["handle_id"], timeout_ms: longestWaitMs });
  return { ...end.data, status: data["status"] ?? null, cancelled: data["cancelled"] ?? null };
}

interface LiveRun {
  readonly data: JsonObject;
  /** Why not all of the output was written; null when it was, or when its reader left. */
  readonly failure: unknown;
}

async function runLive(
  session: Session,
  { tool, input }: ToolCall,
  interrupts: Interrupts,
  quiet: boolean,
): Promise<LiveRun> {
  const callId = newId("call");
  let failure: unknown = null;
  const onBroken = (error: unknown): void => {
    const reason = isNobodyReading(error) ? "nobody reads the output" : String(error);
    // A reader may leave when it has read enough; a disk that is full has not.
    if (!isNobodyReading(error)) failure = error;
    void session.cancelCall(callId, { by: "reader", reason, injectReminder: false });
  };
  const stdout = new Outlet(process.stdout, onBroken);
  const stderr = new Outlet(process.stderr, onBroken);
  const outlets = { stdout, stderr };
  using keyboard = new Keyboard();
  const streams: CallStreams = {
    ...(input["pty"] === undefined ? stdinToPass() : { onTerminal: (command) => keyboard.attach(command) }),
    onBytes: (output) => outlets[output.stream].take(output),
    onReady: (facts) => (quiet ? undefined : note(facts.join("; "))),
  };
  const capture = { max_inline_bytes: 0, ...(input["capture"] as JsonObject | undefined) };
  const answer = session.call(tool, { ...input, capture }, { callId, streams });
  stopOn(interrupts, session, callId);
  const data = await untilEnded(await answer, session);
  keyboard[Symbol.dispose]();
  const {
    stdout_path: out,
    stderr_path: err,
    stdout_byte_count: outBytes,
    stderr_byte_count: errBytes,
  } = runData(data);
  const written = Promise.all([stdout.finish(out, outBytes), stderr.finish(err, errBytes)]);
  await Promise.race([written, interrupts.arrived.then(() => delay(lastWordsMs))]);
  return { data, failure };
}

function stopOn(interrupts: Interrupts, session: Session, callId: string): void {
  // The inbox of the session is an agent's, who made no such call.
  const cancel = (more: CancelCallOptions) =>
    session.cancelCall(callId, { by: "user", injectReminder: false, ...more });
  interrupts.handleWith({
    onFirst: (signal) => void cancel({ reason: signal === "SIGINT" ? "Ctrl-C" : signal }),
    onAgain: () => void cancel({ force: true }),
  });
}

/** A pipe or a file is the command's to read, as it is. A terminal is not: the command has no terminal at all. */
function stdinToPass(): CallStreams {
  if (isatty(0)) return {};
  try {
    fstatSync(0);
    return { stdinFd: 0 };
  } catch {
    return {};
  }
}

function concluded(data: RunData, interrupt: Interrupt | null, { quiet, json }: RunFlags): number {
  if (data.outcome === "cancelled" && data.ended_by.by === "reader") return exitCodeOfSignal("SIGPIPE");
  const summary = summaryOf(data);
  // A terminal shows ^C and stays on that line.
  const newLine = interrupt === "SIGINT" && process.stderr.isTTY ? "\n" : "";
  if (summary !== null && quiet !== true && json !== true) {
    process.stderr.write(newLine);
    note(summary);
  }
  return data.outcome === "cancelled" && interrupt !== null ? exitCodeOfSignal(interrupt) : exitCodeOfRun(data);
}

function exitCodeUnwritten(failure: unknown): number {
  if (isNobodyReading(failure)) return exitCodeOfSignal("SIGPIPE");
  note(`the output could not be written: ${String(failure)}`);
  return exitCodes.failed;
}

function temporaryDirectory(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "longhand-run-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The artifacts go with the run. */
function withoutFiles(data: JsonObject): JsonObject {
  return { ...data, artifacts: "expired", output_path: null, stdout_path: null, stderr_path: null };
}
