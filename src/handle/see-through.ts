/** From the start of what runs to its report, in any case: what fails on the way is the report's error, and nothing is left running. */
import { asLonghandError, type LonghandError } from "../base/errors.ts";
import type { SandboxState } from "../sandbox/sandbox.ts";
import { emptyReceipt, noOutput, reportOf } from "./build-report.ts";
import type { Cause } from "./cause.ts";
import type { Handle } from "./handle.ts";
import type { OpenedCapture } from "./open-capture.ts";
import type { Report } from "./report.ts";
import { endTree, exitNoticeMs, letGo, type SuperviseOptions, within } from "./supervise.ts";
import type { Running } from "./work.ts";

export interface SeeThroughOptions extends SuperviseOptions {
  readonly sandbox: { readonly state: SandboxState };
}

/** Never rejects. */
export async function seeThrough(
  handle: Handle,
  running: Running,
  opened: OpenedCapture,
  options: SeeThroughOptions,
): Promise<Report> {
  try {
    return await running.seeThrough();
  } catch (thrown) {
    return breakOff(handle, running, opened, { ...options, error: asLonghandError(thrown) });
  }
}

/** Of what we did not foresee; the command itself may run on without anybody who watches it. */
async function breakOff(
  handle: Handle,
  running: Running,
  opened: OpenedCapture,
  options: SeeThroughOptions & { readonly error: LonghandError },
): Promise<Report> {
  const { clock, sandbox, error } = options;
  // Without effect when it had ended before.
  const cause: Cause = { kind: "cancel", by: "longhand", reason: `it could not be supervised: ${error.message}` };
  handle.dispatch({ type: "stop_requested", cause });
  const { child } = running;
  const receipt = child === null ? emptyReceipt : await endTree(handle, child, options);
  if (child === null) await running.stop(options.ladders.stop).catch(() => null);
  else await within(child.exited, exitNoticeMs, clock);
  const pipes = [child?.stdout ?? null, child?.stderr ?? null].filter((pipe) => pipe !== null);
  letGo(pipes, receipt);
  const output = await running.recorder.finish().catch(() => noOutput);
  opened.close();
  handle.dispatch({ type: "quiet" });
  const now = clock.now();
  const ending = { output, receipt, outputIncomplete: true, durationMs: Math.max(0, now - handle.startedAt) };
  const failure = { message: error.message, kind: error.kind };
  const operation = { result: null, progress: running.progress, failure };
  const terminal = child?.terminal?.size ?? null;
  const facts = { endedAt: now, sandbox: sandbox.state, findings: null, terminal, operation };
  return reportOf(handle, ending, running.recorder, facts);
}
