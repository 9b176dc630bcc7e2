/** A list that may be endless: every item goes to the output as a line of JSON, the first ones also into the result. */
import type { Clock } from "../../base/clock.ts";
import type { Json } from "../../base/json.ts";
import type { OperationContext } from "../../handle/operation.ts";

/** A quarter of what a report keeps inline is left for everything else. */
const maxInlineBytes = 49_152;
/** Written at once: a system call for each line would take longer than the search. */
const chunkBytes = 16_384;
/** Who looks at it while it runs sees what was found up to now. */
const flushAfterMs = 100;

export interface Listed {
  /** Of all items. */
  readonly count: number;
  /** The list has not all of them: the output has. */
  readonly truncated: boolean;
  /** The first ones. */
  readonly items: readonly Json[];
}

export class Listing {
  readonly #context: OperationContext;
  readonly #clock: Clock;
  readonly #items: Json[] = [];
  #inlineBytes = 0;
  #count = 0;
  #pending = "";
  #flushedAt: number;

  constructor(context: OperationContext, clock: Clock) {
    this.#context = context;
    this.#clock = clock;
    this.#flushedAt = clock.monotonic();
  }

  get count(): number {
    return this.#count;
  }

  add(item: Json): void {
    const line = JSON.stringify(item);
    this.#count += 1;
    if (this.#items.length === this.#count - 1) this.#keep(item, Buffer.byteLength(line));
    this.#pending += `${line}\n`;
    if (this.#pending.length >= chunkBytes || this.#clock.monotonic() - this.#flushedAt >= flushAfterMs) this.#flush();
  }

  end(): Listed {
    this.#flush();
    return { count: this.#count, truncated: this.#items.length < this.#count, items: this.#items };
  }

  #keep(item: Json, bytes: number): void {
    if (this.#inlineBytes + bytes + 1 > maxInlineBytes) return;
    this.#inlineBytes += bytes + 1;
    this.#items.push(item);
  }

  #flush(): void {
    this.#context.write(this.#pending);
    this.#pending = "";
    this.#flushedAt = this.#clock.monotonic();
    this.#context.report({ done: this.#count });
  }
}
