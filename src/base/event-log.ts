/** A sequenced, lossy stream of facts for watchers. Never the delivery of anything. */

export type Sequenced<Event> = Event & { readonly sequence: number };

/** A watcher that fell behind by more than this misses the oldest; it sees so by the gap in the sequence. */
const defaultCapacity = 1_000;

export class EventLog<Event extends object> {
  readonly #capacity: number;
  readonly #events: Sequenced<Event>[] = [];
  readonly #waiting = new Set<() => void>();
  #next = 1;
  #closed = false;

  constructor(capacity: number = defaultCapacity) {
    this.#capacity = capacity;
  }

  append(event: Event): void {
    if (this.#closed) return;
    this.#events.push({ ...event, sequence: this.#next++ });
    if (this.#events.length > this.#capacity) this.#events.shift();
    this.#wake();
  }

  /** Events from `from` on (default: those to come), until the log is closed or the loop is left. */
  async *events(from: number = this.#next): AsyncGenerator<Sequenced<Event>, void, undefined> {
    let position = from;
    for (;;) {
      const event = this.#firstFrom(position);
      if (event !== undefined) {
        position = event.sequence + 1;
        yield event;
      } else if (this.#closed) {
        return;
      } else {
        await this.#more();
      }
    }
  }

  /** Ends every watcher's loop. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  #firstFrom(sequence: number): Sequenced<Event> | undefined {
    const oldest = this.#events[0]?.sequence ?? this.#next;
    return this.#events[Math.max(0, sequence - oldest)];
  }

  #more(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const resume of this.#waiting) resume();
    this.#waiting.clear();
  }
}
