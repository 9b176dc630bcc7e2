/** What is still being let go of, of every connection that there was: a child process may take its time. */

export class Endings {
  readonly #all = new Set<Promise<void>>();

  /** `ending` does not reject. */
  add(ending: Promise<void>): void {
    this.#all.add(ending);
    void ending.then(() => this.#all.delete(ending));
  }

  /** Resolves when nothing is left. */
  async over(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all);
  }
}
