/** Waits until a command prints something. Owns nothing: what the command does, and how it ends, is not touched. */
import { type Clock, sleep } from "../base/clock.ts";
import { isLonghandError } from "../base/errors.ts";
import type { ArtifactName } from "../output/artifacts.ts";
import type { OutputPattern } from "../output/output-pattern.ts";
import { type OutputMatch, OutputSearch } from "../output/output-search.ts";
import type { SearchTurns } from "../output/search-turns.ts";
import type { Handle } from "./handle.ts";

export interface WaitForOutputOptions {
  readonly clock: Clock;
  readonly stream: ArtifactName;
  readonly pattern: OutputPattern;
  /** Byte of the stream at which a match may begin at the earliest. Default 0. */
  readonly fromOffset?: number;
  /** Default: for ever. 0 searches what is there, all of it. */
  readonly ms?: number;
  /** Gives up the wait. */
  readonly signal?: AbortSignal;
}

export type OutputWait = (
  | { readonly because: "matched"; readonly match: OutputMatch }
  | { readonly because: "ended" | "timeout" | "given_up" }
) & {
  /** Everything before was searched: a wait from here on misses nothing. */
  readonly resumeAt: number;
};

/** Something that prints, or has printed. */
export interface WatchedOutput {
  /** The artifacts directory. */
  readonly directory: string;
  readonly searchTurns: SearchTurns;
  /** Calls `wake` at new output and at the end; null when that is not possible (yet). */
  follow(wake: () => void): Disposable | null;
  /** Whether all that will ever be printed is on disk. */
  hasEnded(): boolean | Promise<boolean>;
  /** How often to look where nobody wakes us. */
  readonly pollMs: number;
}

/** Between two looks at a command that prints without a pause: what arrives in between is searched together. */
const coalesceMs = 30;
/** A look that took long is followed by a pause of some times that. */
const pauseFactor = 4;
const longestPauseMs = 500;
/** Descriptors ran out: others give some back. */
const retryMs = 100;
/** Until it was spawned nobody tells. */
const untilSpawnedMs = 50;

/**
 * Searches what was printed before as well. A match wins over the end when both are there. Rejects with `unsupported` (the combined
 * output of two streams captured by file), `not_found` (its output is gone), `unavailable` (the disk).
 */
export function waitForOutput(handle: Handle, options: WaitForOutputOptions): Promise<OutputWait> {
  return watchOutput(outputOf(handle), options);
}

export async function watchOutput(watched: WatchedOutput, options: WaitForOutputOptions): Promise<OutputWait> {
  const wait = new Wait(watched, options);
  try {
    return { ...(await wait.run()), resumeAt: wait.resumeAt };
  } finally {
    wait.close();
  }
}

type Outcome =
  | { readonly because: "matched"; readonly match: OutputMatch }
  | { readonly because: "ended" | "timeout" | "given_up" };

class Wait {
  readonly #watched: WatchedOutput;
  readonly #options: WaitForOutputOptions;
  readonly #search: OutputSearch;
  readonly #over = new AbortController();
  readonly #gaveUp = Promise.withResolvers<Outcome>();
  readonly #onAbort = (): void => this.#giveUp("given_up");
  #news = Promise.withResolvers<void>();
  #following: Disposable | null = null;
  /** From then on nothing is looked at. */
  #isOver = false;

  constructor(watched: WatchedOutput, options: WaitForOutputOptions) {
    const { clock, ms = Number.POSITIVE_INFINITY, signal } = options;
    this.#watched = watched;
    this.#options = options;
    this.#search = new OutputSearch({ ...options, directory: watched.directory, turns: watched.searchTurns });
    if (signal?.aborted === true) this.#onAbort();
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (ms > 0 && ms !== Number.POSITIVE_INFINITY) {
      void sleep(clock, ms, this.#over.signal).then(() => this.#giveUp("timeout"));
    }
  }

  get resumeAt(): number {
    return this.#search.resumeAt;
  }

  /** Who gives up does not wait for the look that is under way. */
  run(): Promise<Outcome> {
    return Promise.race([this.#untilFound(), this.#gaveUp.promise]);
  }

  close(): void {
    this.#isOver = true;
    this.#over.abort();
    this.#news.resolve();
    this.#following?.[Symbol.dispose]();
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #giveUp(because: "timeout" | "given_up"): void {
    this.#isOver = true;
    this.#gaveUp.resolve({ because });
    this.#news.resolve();
  }

  async #untilFound(): Promise<Outcome> {
    const { clock, ms } = this.#options;
    while (!this.#isOver) {
      const startedAt = clock.monotonic();
      // Followed before the look, so that nothing in between is missed.
      this.#news = Promise.withResolvers();
      this.#following ??= this.#watched.follow(() => this.#news.resolve());
      const outcome = await this.#look();
      if (outcome !== null) return outcome;
      if (ms === 0) this.#giveUp("timeout");
      await this.#pause(startedAt);
    }
    return this.#gaveUp.promise;
  }

  async #look(): Promise<Outcome | null> {
    // Asked first: what ended before the look has printed everything.
    const final = await this.#watched.hasEnded();
    try {
      const match = await this.#search.look({ final, stop: () => this.#isOver });
      if (match !== null) return { because: "matched", match };
    } catch (error) {
      if (!isLonghandError(error) || error.kind !== "capacity") throw error;
      await sleep(this.#options.clock, retryMs, this.#over.signal);
      this.#news.resolve();
      return null;
    }
    return final && !this.#isOver ? { because: "ended" } : null;
  }

  /** Until there is something to look at, and not too soon. A command that was idle is looked at when it prints. */
  async #pause(startedAt: number): Promise<void> {
    const { clock } = this.#options;
    const lookedAt = clock.monotonic();
    const pauseMs = Math.min(longestPauseMs, Math.max(coalesceMs, (lookedAt - startedAt) * pauseFactor));
    await this.#newsWithin(this.#watched.pollMs);
    const left = lookedAt + pauseMs - clock.monotonic();
    if (left > 0) await sleep(clock, left, this.#over.signal);
  }

  async #newsWithin(ms: number): Promise<void> {
    const timer = ms === Number.POSITIVE_INFINITY ? null : this.#options.clock.after(ms, () => this.#news.resolve());
    await this.#news.promise;
    timer?.cancel();
  }
}

/** What a handle of this process prints. One that never was has no output: looking for it says so. */
export function outputOf(handle: Handle): WatchedOutput {
  return {
    directory: handle.directory,
    searchTurns: handle.searchTurns,
    follow(wake) {
      const output = handle.recorder?.onOutput(wake);
      if (output === undefined) return null;
      const end = handle.onEnd(wake);
      return {
        [Symbol.dispose]() {
          output[Symbol.dispose]();
          end[Symbol.dispose]();
        },
      };
    },
    hasEnded: () => handle.isOver,
    get pollMs() {
      return handle.recorder === null ? untilSpawnedMs : Number.POSITIVE_INFINITY;
    },
  };
}
