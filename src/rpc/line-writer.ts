/** Lines out, in order and with back-pressure: what may be lost is refused first, and a full queue is somebody else's to notice. */
import type { Writable } from "node:stream";
import { deferred } from "../base/deferred.ts";

export interface WriterLimits {
  /** Bytes waiting above which `offer` refuses: a live viewer that is so far behind sees a gap. */
  readonly crowdedBytes: number;
  /** Bytes waiting above which `room` keeps its caller waiting: nothing more should be asked for. */
  readonly fullBytes: number;
}

/** Of `fullBytes`: above that even the small answers to what overtakes are too many. */
const overfull = 2;

/** 1 MiB is seconds of live output; 64 MiB are hundreds of answers with all their inline output. */
const defaultLimits: WriterLimits = { crowdedBytes: 1024 * 1024, fullBytes: 64 * 1024 * 1024 };

interface Waiting {
  readonly text: string;
  readonly bytes: number;
  readonly onSent: (() => void) | undefined;
}

export class LineWriter {
  /** Resolves when nothing can be written any more: the reader closed its end. */
  readonly gone: Promise<void>;
  readonly #output: Writable;
  readonly #limits: WriterLimits;
  readonly #gone = deferred();
  #isGone = false;
  #blocked = false;
  #waitingBytes = 0;
  /** Two lists instead of one: shifting a long array costs its length. */
  #batch: readonly Waiting[] = [];
  #next = 0;
  #queue: Waiting[] = [];
  #change = deferred();

  constructor(output: Writable, limits: Partial<WriterLimits> = {}) {
    this.#output = output;
    this.#limits = { ...defaultLimits, ...limits };
    this.gone = this.#gone.promise;
    const onGone = (): void => this.#onGone();
    // Stays for good: a late EPIPE without a listener would end the process.
    output.on("error", onGone);
    output.once("close", onGone);
    output.on("drain", () => {
      this.#blocked = false;
      this.#pump();
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  get fullBytes(): number {
    return this.#limits.fullBytes;
  }

  get isFull(): boolean {
    return !this.#isGone && this.#waitingBytes > this.#limits.fullBytes;
  }

  get isOverfull(): boolean {
    return !this.#isGone && this.#waitingBytes > overfull * this.#limits.fullBytes;
  }

  /** Never refused. `onSent` is called when the operating system has it, and never when it was not written. The bytes of the line. */
  send(line: string, onSent?: () => void): number {
    if (this.#isGone) return 0;
    const text = `${line}\n`;
    const bytes = Buffer.byteLength(text);
    this.#waitingBytes += bytes;
    this.#queue.push({ text, bytes, onSent });
    this.#pump();
    return bytes;
  }

  /** For what may be lost: false when the queue is crowded. */
  offer(line: string): boolean {
    if (this.#isGone || this.#waitingBytes > this.#limits.crowdedBytes) return false;
    this.send(line);
    return true;
  }

  /** Resolves when the queue is not full (or will never matter again). */
  async room(): Promise<void> {
    while (this.isFull) await this.#change.promise;
  }

  /** Resolves when everything was taken by the operating system, or never can be. */
  async flushed(): Promise<void> {
    while (!this.#isGone && (this.#waitingBytes > 0 || this.#output.writableLength > 0)) await this.#change.promise;
  }

  #pump(): void {
    while (!this.#blocked && !this.#isGone) {
      const next = this.#take();
      if (next === undefined) return;
      this.#waitingBytes -= next.bytes;
      this.#blocked = !this.#output.write(next.text, (error) => {
        if (error !== null && error !== undefined) return this.#onGone();
        next.onSent?.();
        this.#changed();
      });
    }
  }

  #take(): Waiting | undefined {
    if (this.#next === this.#batch.length) {
      this.#batch = this.#queue;
      this.#queue = [];
      this.#next = 0;
    }
    const next = this.#batch[this.#next];
    if (next !== undefined) this.#next += 1;
    return next;
  }

  #onGone(): void {
    this.#isGone = true;
    this.#batch = [];
    this.#next = 0;
    this.#queue = [];
    this.#waitingBytes = 0;
    this.#gone.resolve();
    this.#changed();
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = deferred();
  }
}
