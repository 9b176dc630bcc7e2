/** How long one reading of findings may take: so much of its own time, and little once somebody waits for the end. */
import { type Clock, systemClock } from "../base/clock.ts";
import { Pace } from "../base/pace.ts";

/** A command's report waits for it. 200 MB of results take 15 to 35 s on a small machine, as they are written. */
const defaultDeadlineMs = 30_000;
/** Some megabytes are read in it. Whoever cancelled or closes notices no more than that. */
const hurriedMs = 500;

export interface ReadingLimits {
  /** After so much reading what is known is the answer. The time in which others read is not counted. Default 30 s. */
  readonly deadlineMs?: number;
  /** Aborted when somebody asked for the end: then half a second is left, by the clock. */
  readonly hurry?: AbortSignal;
  readonly clock?: Clock;
}

/** What shares the event loop: a `Pace`. */
type Turns = Pick<Pace, "isOver" | "turn">;

export class ReadingTime {
  readonly #limits: ReadingLimits;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #startedAt: number;
  readonly #pace: Turns;
  #waitedMs = 0;
  #hurriedAt: number | null = null;

  constructor(limits: ReadingLimits = {}, pace: Turns = new Pace()) {
    this.#limits = limits;
    this.#clock = limits.clock ?? systemClock;
    this.#deadlineMs = limits.deadlineMs ?? defaultDeadlineMs;
    this.#pace = pace;
    this.#startedAt = this.#clock.monotonic();
  }

  /** Why what was found is not complete, once it is over. */
  get reason(): string {
    return this.#hurriedAt === null
      ? `given up after ${this.#deadlineMs / 1000} s`
      : "given up early: the end was asked for";
  }

  get isOver(): boolean {
    const now = this.#clock.monotonic();
    if (this.#limits.hurry?.aborted === true) this.#hurriedAt ??= now;
    if (this.#hurriedAt !== null && now - this.#hurriedAt >= hurriedMs) return true;
    return now - this.#startedAt - this.#waitedMs >= this.#deadlineMs;
  }

  /** Whether it is somebody else's turn. */
  get wantsTurn(): boolean {
    return this.#pace.isOver;
  }

  /** Lets everybody else have theirs. */
  async turn(): Promise<void> {
    const from = this.#clock.monotonic();
    await this.#pace.turn();
    this.#waitedMs += this.#clock.monotonic() - from;
  }
}
