/** Who reads findings, over a whole runtime: a few at a time, and in slices that they share. */
import { Pace } from "../base/pace.ts";

/** One would let a short output wait for a long one; each may take some hundred megabytes when its output is made for that. */
const mostAtOnce = 4;

export class ReadingLane {
  /** The readers of a runtime take turns in the event loop, however many have a place. */
  readonly pace: Pace = new Pace();
  readonly #waiting = new Set<() => void>();
  #free = mostAtOnce;

  /** Resolves when it is one's turn, at the latest when somebody is in a hurry. The place is given back with its end. */
  async enter(hurry?: AbortSignal): Promise<Disposable> {
    if (this.#free > 0) this.#free--;
    else if (!(await this.#turn(hurry))) return { [Symbol.dispose]: () => {} };
    return { [Symbol.dispose]: () => this.#leave() };
  }

  /** False when there is no place but somebody is in a hurry. */
  async #turn(hurry?: AbortSignal): Promise<boolean> {
    if (hurry?.aborted === true) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const come = (): void => resolve(true);
    const giveUp = (): void => {
      this.#waiting.delete(come);
      resolve(false);
    };
    this.#waiting.add(come);
    hurry?.addEventListener("abort", giveUp, { once: true });
    const hasPlace = await promise;
    hurry?.removeEventListener("abort", giveUp);
    return hasPlace;
  }

  /** The place goes to who has waited longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#free++;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}
