/** `longhand run --pty`: whatever our own stdin is, typed at the command; and our own terminal's size, for as long as it runs. */
import type { CommandKeyboard, KeyboardSize } from "../session/call-streams.ts";

/** Where nobody looks: what terminals have been since there were any. */
const usualSize: KeyboardSize = { cols: 80, rows: 24 };

export function ownTerminalSize(): KeyboardSize {
  const { columns, rows } = process.stdout;
  // A serial line says 0.
  return process.stdout.isTTY && columns > 0 && rows > 0 ? { cols: columns, rows } : usualSize;
}

/** From the start of the command on. Disposing gives the terminal back as it was. */
export class Keyboard implements Disposable {
  #command: CommandKeyboard | null = null;
  readonly #onData = (chunk: Buffer): void => {
    // Not faster than the command reads.
    process.stdin.pause();
    void this.#command?.write(chunk).then((isRead) => {
      if (isRead && this.#command !== null) process.stdin.resume();
    });
  };
  readonly #onEnd = (): void => this.#command?.end();
  readonly #onResize = (): void => this.#command?.resize(ownTerminalSize());

  attach(command: CommandKeyboard): void {
    this.#command = command;
    const { stdin, stdout } = process;
    // Every key is the command's own, Ctrl-C included.
    if (stdin.isTTY) stdin.setRawMode(true);
    stdin.on("data", this.#onData);
    stdin.once("end", this.#onEnd);
    // A stdin that cannot be read has nothing to say.
    stdin.on("error", this.#onEnd);
    stdout.on("resize", this.#onResize);
  }

  [Symbol.dispose](): void {
    if (this.#command === null) return;
    this.#command = null;
    const { stdin, stdout } = process;
    stdin.off("data", this.#onData);
    stdin.off("end", this.#onEnd);
    stdout.off("resize", this.#onResize);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
    // A pipe that nobody closes would keep us here.
    stdin.unref?.();
  }
}
