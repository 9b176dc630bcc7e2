/** What is on the terminal of a command, from the end of what it printed. */
import { readOutput } from "../output/reader.ts";
import { drawsOnScreen, isOnAlternateScreen, type Screens, screenBytes } from "../output/screen.ts";
import type { ChildTerminal } from "../process/child.ts";

/** JSON-safe. */
export interface Screen {
  readonly text: string;
  /** A program has moved about on it: then the lines in the order in which they were printed are not what was to be seen. */
  readonly drawn: boolean;
  /** It is the second screen: an editor or a pager is at work. */
  readonly alternate: boolean;
}

export interface ScreenSource {
  /** Of the artifacts. */
  readonly directory: string;
  readonly terminal: ChildTerminal | null;
  readonly screens: Screens;
  /** Null also when nothing moved about on it: its last lines tell the same, for less work. */
  readonly onlyDrawn?: boolean;
}

/** Null without a terminal or an emulator, and when the output cannot be read. Never rejects. */
export async function screenOf(source: ScreenSource): Promise<Screen | null> {
  const { directory, terminal, screens, onlyDrawn = false } = source;
  if (terminal === null || !screens.available) return null;
  const end = { directory, stream: "stdout", offset: -screenBytes, length: screenBytes } as const;
  const page = await readOutput(end).catch(() => null);
  if (page === null) return null;
  const recent = page.bytes.toString("latin1");
  const drawn = drawsOnScreen(recent);
  if (onlyDrawn && !drawn) return null;
  const text = await screens.render(page.bytes, terminal.size);
  return text === null ? null : { text, drawn, alternate: isOnAlternateScreen(recent) };
}
