/** Flags that several commands share, and how their values are read. */
import { type Command, InvalidArgumentError } from "commander";
import { parseDuration, parseSize } from "../base/units.ts";
import { type ConfigOptions, ownVariable } from "../config.ts";

export interface GlobalFlags {
  readonly stateDir?: string;
  readonly color?: boolean;
  readonly json?: boolean;
}

/** Before and after the command's name alike. */
export function withGlobalFlags(command: Command): Command {
  return command
    .option("--state-dir <dir>", "where history and artifacts are kept (default: see `longhand doctor`)")
    .option("--no-color", "never colour the output (NO_COLOR does the same)");
}

export function settingsOf({ stateDir }: GlobalFlags): ConfigOptions {
  return stateDir === undefined ? {} : { stateDir };
}

/** In ms. Unlike elsewhere a bare number is refused: people mean seconds, and milliseconds would end their command at once. */
export function readDuration(text: string): number {
  const ms = parseDuration(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("Write it like 90s, 1h30m or 500ms.");
  if (ms !== 0 && /^[\d.]+$/.test(text.trim()))
    throw new InvalidArgumentError(`Which unit? ${text}s, ${text}m or ${text}ms.`);
  return ms;
}

/** In bytes. */
export function readSize(text: string): number {
  const bytes = parseSize(text);
  if (Number.isNaN(bytes)) throw new InvalidArgumentError("Write it like 10MB, 512KiB or 1GB.");
  if (bytes < 1) throw new InvalidArgumentError("It must be at least one byte.");
  return bytes;
}

/** `NAME=value`, or `NAME` for the value that it has here (also when the name looks like a secret). */
export function readVariable(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const equals = text.indexOf("=");
  if (equals > 0) return { ...previous, [text.slice(0, equals)]: text.slice(equals + 1) };
  const value = equals === -1 && text !== "" ? ownVariable(text) : undefined;
  if (value === undefined) {
    throw new InvalidArgumentError(
      equals === 0 ? "Write it like NAME=value." : `${text} is not set here: write ${text}=value.`,
    );
  }
  return { ...previous, [text]: value };
}
