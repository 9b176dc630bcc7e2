/** Does what `write_stdin` was asked to, in this order: size, text, end of file, signal. */
import { LonghandError } from "../base/errors.ts";
import { type Fed, feedInput } from "../handle/feed-input.ts";
import { type Signaled, signalCommand } from "../handle/signal-command.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import { openInput, type TalkTarget, terminalOf } from "./talk-target.ts";
import type { WriteStdinInput } from "./write-stdin-input.ts";

/** What was done of what was asked. */
export interface Talk {
  readonly fed: Fed;
  readonly eof: boolean;
  readonly signaled: Signaled | null;
  readonly resized: boolean | null;
}

interface Caller {
  readonly session: Session;
  readonly call: Call;
}

/** Nothing is done before everything is known to be possible. Throws what `openInput`, `terminalOf` and `feedInput` do. */
export async function talkTo(
  asked: WriteStdinInput,
  text: Uint8Array | null,
  target: TalkTarget,
  { session, call }: Caller,
): Promise<Talk> {
  const { cols, rows, signal, eof, wait_ms: waitMs } = asked;
  if (signal === "SIGTSTP" && target.child.terminal === null) throw nobodyStops();
  const size = cols === undefined || rows === undefined ? null : { cols, rows };
  const terminal = size === null ? null : terminalOf(target);
  const stdin = text !== null || (eof && !wasEnded(target)) ? openInput(target) : null;
  const resized = size === null || terminal === null ? null : terminal.resize(size);
  const { clock } = session.parts;
  const fed = stdin === null ? nothing : await feedInput(stdin, { text, eof }, { clock, signal: call.signal, waitMs });
  const signaled = signal === undefined ? null : await signalCommand(target.child, signal, { clock });
  return { fed, eof, signaled, resized };
}

/** It leads a process group that no shell with job control looks after: there the system drops this signal. */
function nobodyStops(): LonghandError {
  const message =
    "signal: SIGTSTP stops nothing without a terminal: start the command with pty and a shell in it (bash -i), or end it with cancel_handle";
  return new LonghandError("invalid_parameter", message, { param: "signal" });
}

const nothing: Fed = { written: 0, accepted: true, pendingBytes: 0 };

/** A second end of file is none. */
function wasEnded({ child: { stdin, terminal } }: TalkTarget): boolean {
  return stdin !== null && terminal === null && !stdin.isOpen;
}
