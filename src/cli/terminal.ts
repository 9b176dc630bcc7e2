/** Our own stdout and stderr: colours only where they are seen, and a reader that went away is no error of ours. */
import type { WriteStream } from "node:tty";

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly red: Paint;
  readonly cyan: Paint;
}

/** `hasColors` knows NO_COLOR, FORCE_COLOR and TERM=dumb, and exists on terminals only. */
export function styleFor(stream: NodeJS.WriteStream, wanted = true): Style {
  const coloured = wanted && (stream as Partial<WriteStream>).hasColors?.() === true;
  const paint = (code: number): Paint => (coloured ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { bold: paint(1), dim: paint(2), green: paint(32), yellow: paint(33), red: paint(31), cyan: paint(36) };
}

/** Writing to a pipe that nobody reads must not end in a stack trace. Who needs to know listens as well. */
export function tolerateClosedOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners("error").includes(ignore)) stream.on("error", ignore);
  }
}

const ignore = (): void => {};

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The same, for an answer that is worth nothing unread: resolves with what went wrong, null when it is written. */
export function printed(text: string): Promise<unknown> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, (error) => resolve(error ?? null)));
}

/** One line about what we did or could not do. */
export function note(text: string): void {
  process.stderr.write(`longhand: ${text}\n`);
}
