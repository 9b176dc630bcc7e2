/** Something that happens once, and can be awaited before and after: nobody who waits misses it, and nobody who does not pays for a promise. */

export class Moment {
  #happened = false;
  #waiting: PromiseWithResolvers<void> | null = null;

  get happened(): boolean {
    return this.#happened;
  }

  /** Resolves when it happens; at once when it has. */
  get promise(): Promise<void> {
    if (this.#waiting === null) {
      this.#waiting = Promise.withResolvers<void>();
      if (this.#happened) this.#waiting.resolve();
    }
    return this.#waiting.promise;
  }

  happen(): void {
    this.#happened = true;
    this.#waiting?.resolve();
  }
}
