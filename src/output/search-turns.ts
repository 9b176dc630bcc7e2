/** One step of a search at a time over the whole runtime, and never more than half of the event loop's time. */

/** Below this, making room costs more than it gives. */
const shortMs = 2;

/**
 * Steps are synchronous and their worst is some tens of milliseconds (see output-pattern.ts). A hundred waits would do a hundred of them
 * in one turn of the event loop, and the commands that print would wait to be read.
 */
export class SearchTurns {
  #last: Promise<void> = Promise.resolve();

  /** In the order in which they were asked for. Rejects with what `step` throws. */
  async run<T>(step: () => T): Promise<T> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    // Not the clock of the runtime: this is about the time that the processor was really busy.
    const startedAt = performance.now();
    try {
      return step();
    } finally {
      const took = performance.now() - startedAt;
      if (took < shortMs) setImmediate(resolve);
      else setTimeout(resolve, took);
    }
  }
}
