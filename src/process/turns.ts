/** One spawn per turn of the event loop: each blocks it for milliseconds (a fork copies page tables), and a thousand at once for seconds. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #taken = false;

  /** Resolves at once when nobody had this turn of the loop, else in a later one, in order. */
  take(): Promise<void> {
    if (this.#taken) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#taken = true;
    setImmediate(() => this.#next());
    return Promise.resolve();
  }

  #next(): void {
    const resume = this.#waiting.shift();
    this.#taken = resume !== undefined;
    if (resume === undefined) return;
    setImmediate(() => this.#next());
    resume();
  }
}
