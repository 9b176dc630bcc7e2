/** Who looks at output as it arrives. */
import type { Stream } from "./summary.ts";

/** Chunks as they arrive, for live viewers and waits on a pattern. Valid only during the call. */
export type OutputListener = (stream: Stream, chunk: Uint8Array, offset: number) => void;

export class Listeners {
  /** Made for the first listener: most handles have none. */
  #all: Set<OutputListener> | undefined;

  get empty(): boolean {
    return this.#all === undefined || this.#all.size === 0;
  }

  add(listener: OutputListener): Disposable {
    // A function of its own, so that the same listener can be added twice and removed once.
    const entry: OutputListener = (...args) => listener(...args);
    this.#all ??= new Set();
    this.#all.add(entry);
    return { [Symbol.dispose]: () => void this.#all?.delete(entry) };
  }

  /** A listener that throws is dropped: what is recorded must not depend on who looks. */
  tell(stream: Stream, chunk: Uint8Array, offset: number): void {
    if (this.#all === undefined) return;
    for (const listener of this.#all) {
      try {
        listener(stream, chunk, offset);
      } catch {
        this.#all.delete(listener);
      }
    }
  }
}
