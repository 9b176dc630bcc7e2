/** What a terminal shows after some output: through an emulator that is optional, and that works in a thread of its own. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { ScreenThread, type Thread } from "./screen-thread.ts";
import type { ScreenJob } from "./screen-worker.ts";

export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}

export interface ScreensOptions {
  /** From the call to the screen, in ms. Default 2 s: the emulator reads from 1 to 30 MB/s, and some sequences of eight bytes take it a second. */
  readonly timeoutMs?: number;
  /** How long the thread is kept for the next screen, in ms. Default 5 s: it takes a tenth of a second to make, and some 20 MB to keep. */
  readonly idleMs?: number;
  /** The path of the emulator; null when it is not installed. Default: looks. */
  readonly find?: () => string | null;
  /** Makes the thread; may throw. */
  readonly spawn?: () => Thread;
}

/** What is read of the output's end: a full screen in colours has less than 50 KB, and what was drawn before is usually drawn over. */
export const screenBytes = 256 * 1024;

/** One thread, whoever asks, so that many ends at once do not take the machine. */
export class Screens {
  readonly #timeoutMs: number;
  readonly #find: () => string | null;
  readonly #thread: ScreenThread;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor({ timeoutMs = 2_000, idleMs = 5_000, find = findEmulator, ...thread }: ScreensOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#find = find;
    this.#thread = new ScreenThread({ idleMs, ...thread });
  }

  /** Whether there can be screens at all. */
  get available(): boolean {
    return this.#find() !== null;
  }

  /**
   * The lines of the screen, without the blank ones at its end and without the blanks at their ends; a line that the terminal broke because it
   * is too long is one line. Null when there is no emulator or no thread, or not in time. At most the last 256 KiB are looked at: what was
   * drawn before them and not since is missing. Never rejects.
   */
  async render(bytes: Uint8Array, { cols, rows }: ScreenSize): Promise<string | null> {
    const emulator = this.#find();
    if (emulator === null) return null;
    const deadline = performance.now() + this.#timeoutMs;
    // A copy: what is sent is moved to the other thread.
    const job: ScreenJob = { emulator, bytes: Uint8Array.from(bytes.subarray(-screenBytes)), cols, rows };
    const rendering = this.#last.then(() => this.#render(job, deadline - performance.now()));
    this.#last = rendering;
    return rendering;
  }

  /** No screens from now on. Never rejects. */
  close(): Promise<void> {
    this.#closed = true;
    return this.#thread.close();
  }

  async #render(job: ScreenJob, ms: number): Promise<string | null> {
    return this.#closed || ms <= 0 ? null : this.#thread.render(job, ms);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about.
const drawing = /\x1b\[(?:\d+;\d+)?[Hf]|\x1b\[\?(?:47|1047|1049)h|\x1b\[[23]J|\x1b\[\d*[Ad]/;

/** Whether a program that printed this moves around on the screen: then its lines in order are not what is to be seen. */
export function drawsOnScreen(text: string): boolean {
  return drawing.test(text);
}

const alternateOn = "\x1b[?1049h";
const alternateOff = "\x1b[?1049l";

/** Whether who printed this is still on the second screen, which editors and pagers use. */
export function isOnAlternateScreen(text: string): boolean {
  return text.lastIndexOf(alternateOn) > text.lastIndexOf(alternateOff);
}

/** A screen that is drawn anew is within, and what was drawn long ago is not. */
const latelyBytes = 8 * 1024;

/** Whether who prints on a terminal draws on it now, as far as the ends of the output tell: an editor, a pager, `top`. */
export function drawnLately({ head, tail }: { readonly head: Buffer; readonly tail: Buffer }): boolean {
  const text = Buffer.concat([head, tail]).toString("latin1");
  if (isOnAlternateScreen(text)) return true;
  // Whoever leaves the second screen finds the first one as it was.
  return drawsOnScreen(text.slice(text.lastIndexOf(alternateOff) + 1).slice(-latelyBytes));
}

function findEmulator(): string | null {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("@xterm/headless")).href;
  } catch {
    // An optional dependency that was left out.
    return null;
  }
}
