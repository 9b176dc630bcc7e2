/** The life of one started command, from the spawn to "nobody is left and all output is on disk". */
import type { Clock } from "../base/clock.ts";
import type { Recorder } from "../output/recorder.ts";
import type { OutputSummary } from "../output/summary.ts";
import type { Child, OutputPipe } from "../process/child.ts";
import type { ExitStatus } from "../process/identity.ts";
import { killGroup, receiptOfLastResort } from "../process/last-resort.ts";
import type { Receipt } from "../process/receipt.ts";
import { afterExit, afterStop, drain } from "./drain.ts";
import type { Handle } from "./handle.ts";
import type { Ladders } from "./ladders.ts";
import { armTimeout } from "./timeout.ts";

export interface Ending {
  readonly output: OutputSummary;
  readonly receipt: Receipt;
  readonly outputIncomplete: boolean;
  /** From the spawn to the end of the leader, or to now when it could not be ended. */
  readonly durationMs: number;
}

export interface SuperviseOptions {
  readonly clock: Clock;
  readonly ladders: Ladders;
}

/** How long a stopped leader's exit status may take to reach us after it was seen gone. */
export const exitNoticeMs = 1_000;

/** Never rejects: what fails on the way is in the ending. */
export async function supervise(
  handle: Handle,
  child: Child,
  recorder: Recorder,
  options: SuperviseOptions,
): Promise<Ending> {
  const { clock } = options;
  const spawnedAt = clock.monotonic();
  let exitedAt: number | null = null;
  const exited = child.exited.then((status: ExitStatus) => {
    exitedAt = clock.monotonic();
    handle.dispatch({ type: "exited", status });
  });
  const timeout = armTimeout(handle, options);
  await Promise.race([exited, handle.stopRequested]);
  timeout?.cancel();

  const pipes = [child.stdout, child.stderr].filter((pipe) => pipe !== null);
  // A slow reader holds back a running command; an ended one leaves at most what its pipes hold, and silence must mean silence.
  for (const pipe of pipes) pipe.runOut();
  const drainOptions = { clock, lastOutputAt: () => recorder.lastOutputAt };
  if (handle.phase === "draining") await drain(pipes, { ...drainOptions, bounds: afterExit, signal: handle.hurry });
  const receipt = await endTree(handle, child, options);
  const atEnd = await drain(pipes, { ...drainOptions, bounds: afterStop });
  await within(exited, exitNoticeMs, clock);
  const kept = letGo(atEnd ? [] : pipes, receipt);
  child.stdin?.end();

  const output = await recorder.finish();
  handle.dispatch({ type: "quiet" });
  const endedAt = exitedAt ?? clock.monotonic();
  // A file has no end to wait for: whoever was kept may go on writing into it.
  const outputIncomplete = !atEnd || (kept && pipes.length === 0);
  return { output, receipt, outputIncomplete, durationMs: Math.round(endedAt - spawnedAt) };
}

/** Whether somebody was kept, who goes on printing into a pipe that is read: closing it would kill the process with SIGPIPE. */
export function letGo(pipes: readonly OutputPipe[], { survivors }: Receipt): boolean {
  const kept = survivors.some(({ reason }) => reason === "kept");
  for (const pipe of pipes) {
    if (kept) pipe.unref();
    else pipe.destroy();
  }
  return kept;
}

/** As the handle's phase and request say. Never rejects. */
export async function endTree(handle: Handle, child: Child, options: SuperviseOptions): Promise<Receipt> {
  try {
    return await searchAndEnd(handle, child, options);
  } catch {
    // Not even /proc can be read (no descriptor is left): the command must end all the same, and so must whoever waits for it.
    const { exit } = handle.state;
    if (exit === null) killGroup(child.pid);
    return receiptOfLastResort(child.pid, exit);
  }
}

function searchAndEnd(handle: Handle, child: Child, { ladders }: SuperviseOptions): Promise<Receipt> {
  if (handle.phase === "stopping") return child.tree.stop(handle.ladder ?? ladders.stop);
  if (handle.request.kind === "command" && handle.request.leftovers === "keep") return child.tree.keep();
  return child.tree.stop(ladders.leftovers);
}

export function within(promise: Promise<unknown>, ms: number, clock: Clock): Promise<void> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(ms, resolve);
  void promise.then(() => {
    timer.cancel();
    resolve();
  });
  return done;
}
