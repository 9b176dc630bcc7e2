/** What `write_stdin` answers: what was done, how the command stands, and what it has printed since. */
import { newTag } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import { alias, runningHeadline } from "../handle/headline.ts";
import { type NewOutput, newOutput } from "../handle/new-output.ts";
import { size } from "../handle/plain.ts";
import { screenOf } from "../handle/screen-of.ts";
import type { Signaled } from "../handle/signal-command.ts";
import { observedSnapshot } from "../handle/snapshot.ts";
import { fenced } from "../output/fence.ts";
import { drawsOnScreen } from "../output/screen.ts";
import { plainText } from "../output/text.ts";
import { renderScreen } from "../session/report-text.ts";
import type { Session } from "../session/session.ts";
import { activityToWire } from "./activity-wire.ts";
import type { Talk } from "./talk.ts";
import type { TalkTarget } from "./talk-target.ts";
import type { ToolAnswer } from "./tool.ts";

export interface WrittenOptions {
  readonly session: Session;
  /** Bytes of `combined` before the call. */
  readonly before: number;
}

/** A large terminal (300 × 50) full of characters of three bytes; what a result shows inline unless told otherwise. */
const mostScreenBytes = 50_000;

export async function writtenAnswer(
  { handle }: TalkTarget,
  talk: Talk,
  { session, before }: WrittenOptions,
): Promise<ToolAnswer> {
  const { clock, supervisor } = session.parts;
  const now = await observedSnapshot(handle, clock, 0);
  const printed = await newOutput(handle, before);
  const { directory, child } = handle;
  const terminal = child?.terminal ?? null;
  const { screens } = supervisor;
  const recent = await screenOf({ directory, terminal, screens, onlyDrawn: true, maxBytes: mostScreenBytes });
  // A shell behind an editor that has ended talks in lines again.
  const screen = recent?.alternate === true || drawsOnScreen(printed.text) ? recent : null;
  const data: JsonObject = {
    handle_id: handle.id,
    alias: alias(handle.alias),
    status: "running",
    phase: now.phase,
    completed: false,
    ...talkToWire(talk),
    output: plainText(printed.text),
    output_offset: printed.offset,
    next_offset: printed.nextOffset,
    omitted_bytes: printed.omittedBytes,
    ...(screen === null ? {} : { screen: screen.text }),
    activity: activityToWire(now.activity),
  };
  const shown = screen === null ? outputText(printed) : [renderScreen(screen)];
  return { status: "running", data, text: [runningHeadline(now), ...talkText(talk), ...shown].join("\n") };
}

export function talkToWire({ fed, eof, signaled, resized }: Talk): JsonObject {
  return {
    written: fed.written,
    accepted: fed.accepted,
    pending_bytes: fed.pendingBytes,
    eof,
    signaled: signaled === null ? null : [...signaled.pids],
    ...(signaled === null || signaled.stopped === null ? {} : { stopped: signaled.stopped }),
    resized,
  };
}

/** What did not go as one would expect. */
export function talkText({ fed, signaled, resized }: Talk): string[] {
  const facts = [];
  if (fed.pendingBytes > 0) facts.push(`it has not read ${size(fed.pendingBytes)} of its input yet; they stay queued`);
  else if (!fed.accepted) facts.push("nobody reads its stdin any more");
  if (signaled !== null) facts.push(signaledText(signaled));
  if (resized === false) facts.push("its terminal is gone");
  return facts.map((fact) => `[${fact}]`);
}

function signaledText({ pids, toForeground, stopped }: Signaled): string {
  if (toForeground && pids.length === 0) return "nobody signaled: no process is in the foreground of its terminal";
  const sent = `${pids.length === 1 ? "1 process" : `${pids.length} processes`} signaled`;
  if (stopped === null) return sent;
  return stopped
    ? `${sent}, stopped: SIGCONT lets it go on`
    : `${sent}, and nobody stopped: no shell with job control runs it`;
}

function outputText({ text, omittedBytes, offset }: NewOutput): string[] {
  if (text === "") return ["[nothing printed since]"];
  const skipped = omittedBytes > 0 ? [`[${omittedBytes} bytes before this: read_command_output, up to ${offset}]`] : [];
  return [...skipped, fenced(plainText(text), { name: "output", newTag })];
}
