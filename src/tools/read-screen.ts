/** `read_command_output` with stream "screen": what a terminal shows now, or showed at the end. */
import { LonghandError } from "../base/errors.ts";
import { alias } from "../handle/headline.ts";
import { type Screen, screenOf } from "../handle/screen-of.ts";
import { renderScreen } from "../session/report-text.ts";
import type { Session } from "../session/session.ts";
import { type ResolvedHandle, resolveHandle } from "./resolve-handle.ts";
import type { ToolAnswer } from "./tool.ts";

/** Throws `invalid_parameter` (`stream`) without a terminal, `unsupported` without an emulator, `not_found`. */
export async function readScreen(name: string, session: Session): Promise<ToolAnswer> {
  const found = await resolveHandle(session, name);
  const { handleId, number } = namesOf(found);
  const screen = await screenAt(found, session);
  const ended = found.where === "ended";
  return {
    status: "ok",
    data: { handle_id: handleId, stream: "screen", content: screen.text, eof: ended },
    text: [`[${alias(number)} screen${ended ? " at the end" : ""}]`, renderScreen(screen)].join("\n"),
  };
}

function namesOf(found: ResolvedHandle) {
  if (found.where === "here") return { handleId: found.handle.id, number: found.handle.alias };
  return { handleId: found.record.handleId, number: found.record.alias };
}

async function screenAt(found: ResolvedHandle, session: Session): Promise<Screen> {
  const { screens } = session.parts.supervisor;
  if (found.where === "elsewhere")
    throw refusal("unsupported", "it runs under another host: only that one knows its size");
  if (found.where === "ended") {
    const { screen } = found.report;
    if (screen != null) return screen;
    throw refusal("invalid_parameter", "it had no terminal, or nothing that could tell what was on it");
  }
  const { directory, child } = found.handle;
  if (child === null || child.terminal === null) throw refusal("invalid_parameter", "it has no terminal (pty)");
  if (!screens.available) {
    throw refusal("unsupported", "screens need the optional package @xterm/headless: npm install @xterm/headless");
  }
  const screen = await screenOf({ directory, terminal: child.terminal, screens });
  if (screen !== null) return screen;
  throw refusal("unavailable", "what it has printed takes too long to draw: read stdout");
}

function refusal(kind: "unsupported" | "invalid_parameter" | "unavailable", why: string): LonghandError {
  return new LonghandError(kind, `no screen: ${why}`, { param: "stream" });
}
