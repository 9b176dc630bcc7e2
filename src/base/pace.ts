/** Shares the event loop between everybody who has much to look at: however many trees and outputs end at once, other work gets its turn. */

/** Longest stretch of synchronous work. A look at 200 processes fits into one, and some ten thousand lines of output. */
const sliceMs = 5;

export class Pace {
  #sliceStartedAt: number | null = null;
  readonly #waiting: (() => void)[] = [];

  /** Whether the slice that all share is used up: then `turn` is to be awaited. */
  get isOver(): boolean {
    if (this.#sliceStartedAt === null) this.#begin();
    return performance.now() - (this.#sliceStartedAt ?? 0) >= sliceMs;
  }

  /** Resolves at once within a slice, else when the event loop came round and everybody who asked before had a turn. */
  async turn(): Promise<void> {
    if (this.isOver) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #begin(): void {
    this.#sliceStartedAt = performance.now();
    setImmediate(() => {
      this.#sliceStartedAt = null;
      // One at a time: all of them together would fill the slice of each.
      const resume = this.#waiting.shift();
      if (resume === undefined) return;
      resume();
      this.#begin();
    });
  }
}
