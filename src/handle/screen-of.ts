/** What is on the terminal of a command, from the end of what it printed. */
import { HeadTail } from "../output/head-tail.ts";
import { countNewlines } from "../output/lines.ts";
import { previewOf } from "../output/preview.ts";
import { readOutput } from "../output/reader.ts";
import { drawsOnScreen, isOnAlternateScreen, type Screens, screenBytes } from "../output/screen.ts";
import type { ChildTerminal } from "../process/child.ts";

/** JSON-safe. */
export interface Screen {
  /** Head, a line that says what is omitted, and tail; all of it when nothing is. */
  readonly text: string;
  readonly truncated: boolean;
  /** A program has moved about on it: then the lines in the order in which they were printed are not what was to be seen. */
  readonly drawn: boolean;
  /** It is the second screen: an editor or a pager is at work. */
  readonly alternate: boolean;
}

export interface ScreenSource {
  /** Of the artifacts. */
  readonly directory: string;
  readonly terminal: Pick<ChildTerminal, "size"> | null;
  readonly screens: Screens;
  /** Null also when nothing moved about on it: its last lines tell the same, for less work. */
  readonly onlyDrawn?: boolean;
  /** Of its text. With 0 nothing is rendered: null. Default: all of it, up to 3 MB in the largest terminal. */
  readonly maxBytes?: number;
}

/** Null without a terminal or an emulator, and when the output cannot be read. Never rejects. */
export async function screenOf(source: ScreenSource): Promise<Screen | null> {
  const { directory, terminal, screens, onlyDrawn = false, maxBytes = Number.POSITIVE_INFINITY } = source;
  if (terminal === null || maxBytes === 0 || !screens.available) return null;
  const end = { directory, stream: "stdout", offset: -screenBytes, length: screenBytes } as const;
  const page = await readOutput(end).catch(() => null);
  if (page === null) return null;
  const recent = page.bytes.toString("latin1");
  const drawn = drawsOnScreen(recent);
  if (onlyDrawn && !drawn) return null;
  const whole = await screens.render(page.bytes, terminal.size);
  if (whole === null) return null;
  return { ...bounded(whole, maxBytes), drawn, alternate: isOnAlternateScreen(recent) };
}

/** As a stream's preview is: both ends, within the bytes that were asked for. */
function bounded(text: string, maxBytes: number): Pick<Screen, "text" | "truncated"> {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return { text, truncated: false };
  const ends = new HeadTail(maxBytes);
  ends.push(bytes);
  const { text: shown, truncated } = previewOf(ends.ends(), { newlines: countNewlines(bytes), growing: false });
  return { text: shown, truncated };
}
