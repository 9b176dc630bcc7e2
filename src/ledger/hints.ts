/** Who wants to be woken about what. Hints carry no data and may be lost, late or repeated. */
import type { Topic } from "./ledger.ts";

export class Hints {
  readonly #wakes = new Map<Topic, Set<() => void>>();
  readonly #onDemand: (wanted: boolean) => void;

  /** `onDemand` hears when the first subscriber came and when the last one left. */
  constructor(onDemand: (wanted: boolean) => void = () => {}) {
    this.#onDemand = onDemand;
  }

  on(topic: Topic, wake: () => void): Disposable {
    const subscriber = (): void => wake();
    const subscribers = this.#wakes.get(topic) ?? new Set();
    subscribers.add(subscriber);
    this.#wakes.set(topic, subscribers);
    if (this.#wakes.size === 1 && subscribers.size === 1) this.#onDemand(true);
    return { [Symbol.dispose]: () => this.#remove(topic, subscriber) };
  }

  fire(topics: Iterable<Topic>): void {
    for (const topic of new Set(topics)) {
      for (const wake of this.#wakes.get(topic) ?? []) this.#later(topic, wake);
    }
  }

  fireAll(): void {
    this.fire(this.#wakes.keys());
  }

  clear(): void {
    const wanted = this.#wakes.size > 0;
    this.#wakes.clear();
    if (wanted) this.#onDemand(false);
  }

  #remove(topic: Topic, subscriber: () => void): void {
    const subscribers = this.#wakes.get(topic);
    if (subscribers?.delete(subscriber) !== true || subscribers.size > 0) return;
    this.#wakes.delete(topic);
    if (this.#wakes.size === 0) this.#onDemand(false);
  }

  /** In a microtask of its own, so that a subscriber that throws neither stops the others nor the caller. */
  #later(topic: Topic, wake: () => void): void {
    queueMicrotask(() => {
      if (this.#wakes.get(topic)?.has(wake) !== true) return;
      try {
        wake();
      } catch {
        // A hint is lost then, as hints may be; an exception from here would end the process.
      }
    });
  }
}
