/** The running command that is talked to: here, started so that it listens, and not over. */
import { LonghandError } from "../base/errors.ts";
import type { Handle } from "../handle/handle.ts";
import { alias } from "../handle/headline.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Child, ChildTerminal, InputPipe } from "../process/child.ts";
import type { ResolvedHandle } from "./resolve-handle.ts";
import { recordToWire } from "./wire.ts";

export interface TalkTarget {
  readonly handle: Handle;
  readonly child: Child;
  readonly recorder: Recorder;
}

/** Throws `conflict` when it has ended, is about to, or has not started; `unsupported` under another host. */
export function talkTarget(found: ResolvedHandle): TalkTarget {
  if (found.where === "ended") {
    const { status } = recordToWire(found.record);
    throw over(found.record.alias, `has ended (${status})`, { status: status ?? null });
  }
  if (found.where === "elsewhere") {
    const message = `${alias(found.record.alias)} runs under another host: only that one can write to it`;
    throw new LonghandError("unsupported", message, { param: "handle_id" });
  }
  const { handle } = found;
  const { child, recorder, phase } = handle;
  if (handle.request.kind === "operation") {
    const message = `${alias(handle.alias)} is an operation: it has no stdin and gets no signals`;
    throw new LonghandError("invalid_parameter", message, { param: "handle_id" });
  }
  if (phase === "running" && child !== null && recorder !== null) return { handle, child, recorder };
  throw over(handle.alias, phase === "starting" ? "has not started yet" : `is ending (${phase})`, { phase });
}

/** Throws `invalid_parameter` when it was not started with an open stdin, `conflict` when that is closed by now. */
export function openInput({ handle, child: { stdin } }: TalkTarget): InputPipe {
  const name = alias(handle.alias);
  if (stdin === null) {
    const message = `${name} has no open stdin: start it with stdin "open", or with pty`;
    throw new LonghandError("invalid_parameter", message, { param: "handle_id" });
  }
  if (stdin.isOpen) return stdin;
  throw new LonghandError("conflict", `the stdin of ${name} is closed: its end was sent, or nobody reads it any more`, {
    param: "handle_id",
  });
}

/** Throws `invalid_parameter` when it has none. */
export function terminalOf({ handle, child: { terminal } }: TalkTarget): ChildTerminal {
  if (terminal !== null) return terminal;
  const message = `${alias(handle.alias)} has no terminal: start it with pty`;
  throw new LonghandError("invalid_parameter", message, { param: "cols" });
}

function over(number: number, how: string, details: Record<string, unknown>): LonghandError {
  return new LonghandError("conflict", `${alias(number)} ${how}`, { param: "handle_id", details });
}
