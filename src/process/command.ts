/** What to run: an immutable value, checked before anything is started. */
import { LonghandError } from "../base/errors.ts";
import { type ShellInput, shellInvocation } from "./shell.ts";
import { shellJoin } from "./shell-quote.ts";
import { checkTerminalSize, type TerminalSize } from "./terminal-size.ts";
import { workingDirectory } from "./working-directory.ts";

export type Stdin =
  /** /dev/null, the default: nothing can block on it. */
  | { readonly kind: "none" }
  /** These bytes and then end of file. */
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  /** A pipe that stays open until `end()`. */
  | { readonly kind: "open" }
  /** A file descriptor of the host, as it is: the child reads what the host would. It stays the host's to close. */
  | { readonly kind: "fd"; readonly fd: number };

export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** Absolute, existing, canonical. */
  readonly cwd: string;
  /** The whole environment of the child, but for the mark, which the launcher adds. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: Stdin;
  /**
   * Runs it in a terminal of this size: that is its stdin, stdout and stderr. It stays open; `bytes` of `stdin` are typed first, and an `fd` is
   * refused.
   */
  readonly terminal: TerminalSize | null;
  /** One line for people: shell-quoted argv, or the shell text as given. */
  readonly display: string;
}

/** A program with its arguments, or a text for a shell. */
export type CommandText =
  | { readonly mode: "argv"; readonly argv: readonly string[] | undefined }
  | {
      readonly mode: "shell";
      readonly command: string | undefined;
      readonly shell?: Omit<ShellInput, "script">;
    };

export type CommandInput = CommandText & {
  /** Empty is the same as absent: `defaultCwd`, to which a relative one is joined. */
  readonly cwd?: string;
  readonly defaultCwd: string;
  /** The whole environment, from `buildEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: Stdin;
  /** Default null: none. */
  readonly terminal?: TerminalSize | null;
};

/**
 * The longest single argument or `NAME=value`, in bytes: Linux allows 32 pages with the final NUL (MAX_ARG_STRLEN). It is asked for
 * everywhere, so that a command does not depend on the system it was tried on.
 */
export const longestArgument = 131_071;

/**
 * Throws `missing_parameter` (`argv`, `command`) or `invalid_parameter` (`argv`, `argv[2]`, `command`, `shell`, `cwd`, `env.NAME`, `pty`, `stdin`).
 * Whether the program exists is asked at the launch: another environment or sandbox may be put around it until then.
 */
export function createCommand(input: CommandInput): Command {
  const argv = input.mode === "shell" ? shellArgv(input.command, input.shell) : checkedArgv(input.argv);
  const display = input.mode === "shell" ? (input.command ?? "") : shellJoin(argv);
  for (const [name, value] of Object.entries(input.env)) checkVariable(name, value);
  const cwd = workingDirectory(input.cwd, input.defaultCwd);
  const { stdin = { kind: "none" }, terminal = null } = input;
  if (terminal !== null) checkTerminalSize(terminal);
  if (terminal !== null && stdin.kind === "fd") {
    throw invalid("stdin", "A command in a terminal cannot read a file descriptor of its host.", {});
  }
  return { argv, cwd, env: input.env, stdin, terminal, display };
}

function checkedArgv(argv: readonly string[] | undefined): readonly [string, ...string[]] {
  if (argv === undefined) throw missing("argv");
  const [program, ...rest] = argv;
  if (program === undefined) throw invalid("argv", "argv is empty: its first element is the program.", {});
  if (program === "") throw invalid("argv", "The first element of argv, the program, is empty.", {});
  for (const [index, argument] of argv.entries()) checkArgument(argument, `argv[${index}]`);
  return [program, ...rest];
}

function shellArgv(script: string | undefined, shell: Omit<ShellInput, "script"> | undefined): [string, ...string[]] {
  if (script === undefined) throw missing("command");
  if (script.trim() === "") throw invalid("command", "command is empty: it is the text that a shell runs.", {});
  checkArgument(script, "command");
  return shellInvocation({ ...shell, script });
}

function checkArgument(argument: string, param: string): void {
  if (typeof argument !== "string") {
    throw invalid(param, `${param} must be a string.`, { expected: "string", got: typeof argument });
  }
  if (argument.includes("\0")) throw invalid(param, `${param} contains a NUL byte, which no argument can hold.`, {});
  checkLength(argument, param);
}

function checkVariable(name: string, value: string): void {
  if (!surelyFits(name.length + 1 + value.length)) checkLength(`${name}=${value}`, `env.${name}`);
}

/** A UTF-16 unit is at most three bytes, so most texts need not be measured. */
function surelyFits(units: number): boolean {
  return units * 3 <= longestArgument;
}

function checkLength(text: string, param: string): void {
  if (surelyFits(text.length)) return;
  const bytes = Buffer.byteLength(text);
  if (bytes <= longestArgument) return;
  const advice = "Give it on stdin or in a file instead.";
  throw invalid(param, `${param} has ${bytes} bytes; one argument can have ${longestArgument}. ${advice}`, {
    errno: "E2BIG",
    limit: longestArgument,
    got: `${bytes} bytes`,
  });
}

function missing(param: string): LonghandError {
  return new LonghandError("missing_parameter", `${param} is required.`, { param });
}

function invalid(param: string, message: string, details: Record<string, unknown>): LonghandError {
  return new LonghandError("invalid_parameter", message, { param, details });
}
