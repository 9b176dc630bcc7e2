/** `read_command_output` with stream "screen": what a terminal shows now, or showed at the end. */
import { LonghandError } from "../base/errors.ts";
import { alias } from "../handle/headline.ts";
import { type Screen, screenOf } from "../handle/screen-of.ts";
import { planArtifacts } from "../output/artifacts.ts";
import type { ScreenSize } from "../output/screen.ts";
import { renderScreen } from "../session/report-text.ts";
import type { Session } from "../session/session.ts";
import { type ResolvedHandle, resolveHandle } from "./resolve-handle.ts";
import type { ToolAnswer } from "./tool.ts";

/** A page of any other stream has no more. The largest terminal, full of characters of three bytes, has 3 MB. */
const mostBytes = 1_048_576;

/** Throws `invalid_parameter` (`stream`) without a terminal, `unsupported` without an emulator, `unavailable`, `not_found`. */
export async function readScreen(name: string, session: Session): Promise<ToolAnswer> {
  const found = await resolveHandle(session, name);
  const { handleId, number } = namesOf(found);
  const screen = await screenAt(found, session);
  const ended = found.where === "ended";
  return {
    status: "ok",
    data: {
      handle_id: handleId,
      stream: "screen",
      content: screen.text,
      truncated: screen.truncated === true,
      eof: ended,
    },
    text: [`[${alias(number)} screen${ended ? " at the end" : ""}]`, renderScreen(screen)].join("\n"),
  };
}

function namesOf(found: ResolvedHandle) {
  if (found.where === "here") return { handleId: found.handle.id, number: found.handle.alias };
  return { handleId: found.record.handleId, number: found.record.alias };
}

async function screenAt(found: ResolvedHandle, session: Session): Promise<Screen> {
  if (found.where === "elsewhere")
    throw refusal("unsupported", "it runs under another host: only that one knows its size");
  if (found.where === "here") {
    const { directory, child } = found.handle;
    return draw({ directory, size: child?.terminal?.size }, session);
  }
  const { report, record } = found;
  // Records of older versions have it whole.
  if (report.screen != null && report.screen.truncated !== true) return report.screen;
  if (report.terminal != null && record.artifacts !== "kept") {
    throw refusal("not_found", "its output was freed by retention (artifacts: expired)");
  }
  const { directory } = planArtifacts(session.parts.artifactsRoot, record.handleId, report.mergedStderr);
  return draw({ directory, size: report.terminal }, session);
}

interface ToDraw {
  readonly directory: string;
  readonly size: ScreenSize | null | undefined;
}

async function draw({ directory, size }: ToDraw, session: Session): Promise<Screen> {
  const { screens } = session.parts.supervisor;
  if (size == null) throw refusal("invalid_parameter", "it has no terminal (pty)");
  if (!screens.available) {
    throw refusal("unsupported", "screens need the optional package @xterm/headless: npm install @xterm/headless");
  }
  const screen = await screenOf({ directory, terminal: { size }, screens, maxBytes: mostBytes });
  if (screen !== null) return screen;
  throw refusal("unavailable", "what it has printed takes too long to draw, or there is no thread for it: read stdout");
}

type Refusal = "unsupported" | "invalid_parameter" | "unavailable" | "not_found";

function refusal(kind: Refusal, why: string): LonghandError {
  return new LonghandError(kind, `no screen: ${why}`, { param: "stream" });
}
