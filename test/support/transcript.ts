/** The transcript of an agent as a file of JSON lines, each on disk before the next thing happens. */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";

/** A line; what it does not have it is not about. */
export interface Line {
  /** Handle ids by what was started. */
  readonly started?: Readonly<Record<string, string>>;
  /** With the text of the mail and whose results are in it: saved together or not at all. */
  readonly claim?: string;
  readonly text?: string;
  readonly handles?: readonly (string | null)[];
  readonly pids?: readonly unknown[];
  readonly reply?: string;
  /** What was still in the inbox when all was done. */
  readonly left?: number;
}

export class Transcript {
  readonly path: string;
  readonly lines: Line[];

  /** A line that its writer did not live to end is cut off: it was not saved. */
  constructor(path: string) {
    this.path = path;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
    this.lines = whole
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Line);
  }

  get lastClaim(): string | undefined {
    return this.lines.findLast(({ claim }) => claim !== undefined)?.claim;
  }

  /** Whose results it has, in order, each as often as it has it. */
  get handles(): string[] {
    return this.lines.flatMap(({ handles = [] }) => handles.map(String));
  }

  append(line: Line): void {
    this.lines.push(line);
    this.#write(`${JSON.stringify(line)}\n`);
  }

  /** As much of the line as a crash in the middle of writing it leaves. */
  tear(line: Line): void {
    const text = JSON.stringify(line);
    this.#write(text.slice(0, text.length / 2));
  }

  #write(text: string): void {
    const file = openSync(this.path, "a");
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
  }
}
