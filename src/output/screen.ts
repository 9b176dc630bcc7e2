/** What a terminal shows after some output: through an emulator that is optional, and that works in a thread of its own. */
import { createRequire } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { ScreenJob } from "./screen-worker.ts";

export interface ScreenSize {
  readonly cols: number;
  readonly rows: number;
}

export interface ScreensOptions {
  /** From the call to the screen, in ms. Default 2 s: the emulator reads from 1 to 30 MB/s, and some sequences of eight bytes take it a second. */
  readonly timeoutMs?: number;
  /** The path of the emulator; null when it is not installed. Default: looks. */
  readonly find?: () => string | null;
}

/** What is read of the output's end: a full screen in colours has less than 50 KB, and what was drawn before is usually drawn over. */
export const screenBytes = 256 * 1024;

/** One thread at a time, whoever asks, so that many ends at once do not take the machine. */
export class Screens {
  readonly #timeoutMs: number;
  readonly #find: () => string | null;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ timeoutMs = 2_000, find = findEmulator }: ScreensOptions = {}) {
    this.#timeoutMs = timeoutMs;
    this.#find = find;
  }

  /** Whether there can be screens at all. */
  get available(): boolean {
    return this.#find() !== null;
  }

  /**
   * The lines of the screen, without the blank ones at its end and without the blanks at their ends; a line that the terminal broke because it
   * is too long is one line. Null when there is no emulator, or not in time. At most the last 256 KiB are looked at: what was drawn before them
   * and not since is missing. Never rejects.
   */
  async render(bytes: Uint8Array, { cols, rows }: ScreenSize): Promise<string | null> {
    const emulator = this.#find();
    if (emulator === null) return null;
    const deadline = performance.now() + this.#timeoutMs;
    // A copy: what is sent is moved to the other thread.
    const job: ScreenJob = { emulator, bytes: Uint8Array.from(bytes.subarray(-screenBytes)), cols, rows };
    const rendering = this.#last.then(() => inThread(job, deadline - performance.now()));
    this.#last = rendering;
    return rendering;
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

function findEmulator(): string | null {
  try {
    return pathToFileURL(createRequire(import.meta.url).resolve("@xterm/headless")).href;
  } catch {
    // An optional dependency that was left out.
    return null;
  }
}

function inThread(job: ScreenJob, ms: number): Promise<string | null> {
  if (ms <= 0) return Promise.resolve(null);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  // The sibling is `.ts` in the sources and `.js` in the package.
  const entry = new URL(`./screen-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(entry, {
    name: "longhand-screen",
    workerData: job,
    transferList: [job.bytes.buffer],
    execArgv: [],
    env: {},
  });
  const timer = setTimeout(() => resolve(null), ms);
  worker.once("message", (text: string) => resolve(text));
  // It failed on what was printed: the raw output says it all.
  worker.once("error", () => resolve(null));
  worker.once("exit", () => resolve(null));
  return promise.finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}
