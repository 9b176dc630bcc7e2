/**
 * Lines in the order in which they came, at the pace at which the other side reads its answers. While too many answers wait, lines wait too,
 * and beyond a bound nothing is read any more; what ends something that is in flight overtakes them.
 */
import { deferred } from "../base/deferred.ts";
import type { LineWriter } from "../rpc/line-writer.ts";
import type { Line } from "../rpc/lines.ts";

export interface IntakeOptions {
  readonly writer: LineWriter;
  take(line: Line): void;
  /** Takes a line of text before its turn, or says false. */
  takeAhead(text: string): boolean;
  /** Characters of lines that wait. */
  readonly maxWaiting: number;
}

/** What a line costs beside its text, so that many short ones have a bound too. */
const lineCost = 100;

export class Intake {
  readonly #options: IntakeOptions;
  #waiting: Line[] = [];
  #next = 0;
  #cost = 0;
  #draining: Promise<void> | null = null;
  #change = deferred();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Resolves when more may be read. */
  async line(line: Line): Promise<void> {
    const { writer, take, takeAhead, maxWaiting } = this.#options;
    if (this.#draining === null && !writer.isFull) return take(line);
    // Even of a client that only ever cancels, and reads nothing, the answers have a bound.
    if (line.kind === "line" && !writer.isOverfull && takeAhead(line.text)) return;
    this.#waiting.push(line);
    this.#cost += costOf(line);
    this.#draining ??= this.#drain();
    while (this.#cost > maxWaiting) await this.#change.promise;
  }

  /** Nothing more comes: what waits is begun now, and ended with all the rest. */
  end(): void {
    for (const line of this.#waiting.slice(this.#next)) this.#options.take(line);
    this.#forget();
  }

  async #drain(): Promise<void> {
    const { writer, take } = this.#options;
    for (;;) {
      await writer.room();
      const line = this.#waiting[this.#next];
      if (line === undefined || writer.isGone) break;
      this.#next += 1;
      this.#cost -= costOf(line);
      take(line);
      this.#changed();
    }
    this.#forget();
  }

  #forget(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#cost = 0;
    this.#draining = null;
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = deferred();
  }
}

function costOf(line: Line): number {
  return lineCost + (line.kind === "line" ? line.text.length : 0);
}
