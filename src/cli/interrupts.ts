/** Ctrl-C and its relatives: the first asks politely, the second insists. */
import { isatty } from "node:tty";

export type Interrupt = "SIGINT" | "SIGQUIT" | "SIGTERM" | "SIGHUP";

const signals: readonly Interrupt[] = ["SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP"];

/** `npm` and `npx` pass on a Ctrl-C that the terminal has sent us already: two so close together are one. */
const echoMs = 300;

export interface InterruptHandlers {
  readonly onFirst: (signal: Interrupt) => void;
  readonly onAgain: () => void;
}

export class Interrupts implements Disposable {
  #first: { readonly signal: Interrupt; readonly at: number } | null = null;
  #handlers: InterruptHandlers | null = null;
  readonly #arrived = Promise.withResolvers<void>();
  readonly #listeners = signals.map((signal) => ({ signal, listener: () => this.#caught(signal) }));

  constructor() {
    for (const { signal, listener } of this.#listeners) process.on(signal, listener);
  }

  /** The first one that came. */
  get caught(): Interrupt | null {
    return this.#first?.signal ?? null;
  }

  /** Resolves when the first one comes. */
  get arrived(): Promise<void> {
    return this.#arrived.promise;
  }

  handleWith(handlers: InterruptHandlers): void {
    this.#handlers = handlers;
    if (this.#first !== null) handlers.onFirst(this.#first.signal);
  }

  /**
   * Ends this process by the Ctrl-C that it has dealt with, where somebody typed it: a shell's loop goes on after a program that exits
   * with 130, and stops after one that SIGINT has ended. Returns when there is no terminal.
   */
  dieLikeAnybody(): void {
    this[Symbol.dispose]();
    if ([0, 1, 2].some((fd) => isatty(fd))) process.kill(process.pid, "SIGINT");
  }

  [Symbol.dispose](): void {
    for (const { signal, listener } of this.#listeners) process.off(signal, listener);
  }

  #caught(signal: Interrupt): void {
    if (this.#first === null) {
      this.#first = { signal, at: performance.now() };
      this.#arrived.resolve();
      this.#handlers?.onFirst(signal);
    } else if (performance.now() - this.#first.at > echoMs) {
      this.#handlers?.onAgain();
    }
  }
}
