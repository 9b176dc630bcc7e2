/** Turns shell text into an argv. It knows the usual shells by name and takes any other by its path. */
import { accessSync, constants } from "node:fs";
import { basename, isAbsolute } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";

export interface ShellInput {
  /** An id (`bash`) or an absolute path. Default: bash where it is installed, else /bin/sh. */
  readonly shell?: string;
  /** Reads the login profile: that can take 100 ms and more, and is off by default. */
  readonly login?: boolean;
  readonly interactive?: boolean;
  readonly script: string;
}

/** Those that are looked for by name. */
const shellIds = ["sh", "bash", "zsh", "dash", "fish"] as const;

/** How a shell is told to run a text, which is the last argument. */
export interface ShellStyle {
  readonly supportsLogin: boolean;
  readonly supportsInteractive: boolean;
  readonly defaultArgs: readonly string[];
  readonly loginArgs: readonly string[];
}

const usual: ShellStyle = {
  supportsLogin: true,
  supportsInteractive: true,
  defaultArgs: ["-c"],
  loginArgs: ["-l", "-c"],
};
/** `csh -l` takes no other flag. */
const csh: ShellStyle = { ...usual, supportsLogin: false, loginArgs: ["-c"] };
const powerShell: ShellStyle = {
  supportsLogin: false,
  supportsInteractive: false,
  defaultArgs: ["-NoProfile", "-Command"],
  loginArgs: ["-NoProfile", "-Command"],
};
const otherStyles: ReadonlyMap<string, ShellStyle> = new Map([
  ["csh", csh],
  ["tcsh", csh],
  ["pwsh", powerShell],
]);

/** Shells that are told as most are. Any other may be one, too: nobody here knows what it does with `-c`. */
const usualIds: ReadonlySet<string> = new Set([
  ...shellIds,
  ...[
    "rbash",
    "rzsh",
    "ash",
    "busybox",
    "ksh",
    "ksh93",
    "rksh",
    "ksh93u",
    "mksh",
    "lksh",
    "pdksh",
    "oksh",
    "yash",
    "posh",
  ],
]);
/** In /etc/shells of many systems, as they may be somebody's login: they run no text. */
const noShells: ReadonlySet<string> = new Set(["tmux", "screen", "byobu", "nologin", "false", "true", "git-shell"]);

/** Whether how it is told to run a text is known. */
export function isKnownShell(id: string): boolean {
  return usualIds.has(id) || otherStyles.has(id);
}

/** What is listed among shells by its system, and is none. */
export function isNoShell(id: string): boolean {
  return noShells.has(id);
}

/** Where a system keeps its shells. PATH is not asked: an entry of the workspace must not become the shell. */
export const shellDirectories: readonly string[] = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/** The argv that runs `script`. Throws `invalid_parameter` (`shell`) for an unknown id or a path that cannot be run, and `login`, `interactive` where it is neither. */
export function shellInvocation(input: ShellInput): [string, ...string[]] {
  const program = input.shell === undefined ? defaultShell() : findShell(input.shell);
  const { interactive = false, login = false } = input;
  const style = styleOf(program);
  if (login && !style.supportsLogin) throw cannot("login", program);
  if (interactive && !style.supportsInteractive) throw cannot("interactive", program);
  return [program, ...(interactive ? ["-i"] : []), ...(login ? style.loginArgs : style.defaultArgs), input.script];
}

/** `/usr/bin/zsh` is `zsh`. */
export function shellIdOf(path: string): string {
  return basename(path)
    .toLowerCase()
    .replace(/\.exe$/, "");
}

export function styleOf(path: string): ShellStyle {
  return otherStyles.get(shellIdOf(path)) ?? usual;
}

function cannot(param: "login" | "interactive", program: string): LonghandError {
  const message = `${program} runs no text as ${param === "login" ? "a login" : "an interactive"} shell`;
  return new LonghandError("invalid_parameter", message, { param, details: { got: "true" } });
}

/** bash because that is what models write; sh is there on every POSIX system. */
export function defaultShell(): string {
  return installedShell("bash", ["/bin", "/usr/bin"]) ?? "/bin/sh";
}

/** The path of a known shell, or undefined when it is not installed. */
function installedShell(id: string, directories: readonly string[] = shellDirectories): string | undefined {
  return directories.map((directory) => `${directory}/${id}`).find((path) => whyNotRunnable(path) === undefined);
}

function findShell(shell: string): string {
  if (isAbsolute(shell)) {
    const errno = whyNotRunnable(shell);
    if (errno === undefined) return shell;
    throw new LonghandError("invalid_parameter", `The shell ${JSON.stringify(shell)} cannot be run (${errno}).`, {
      param: "shell",
      details: { errno, got: shell },
    });
  }
  const known = shellIds.some((id) => id === shell);
  const path = known ? installedShell(shell) : undefined;
  if (path !== undefined) return path;
  const why = known ? "is not installed" : "is not a shell that is known here";
  throw new LonghandError("invalid_parameter", `${JSON.stringify(shell)} ${why}.`, {
    param: "shell",
    details: { expected: `${shellIds.join(", ")} or an absolute path`, got: shell },
  });
}

/** Undefined when it can be executed. */
export function whyNotRunnable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? "EINVAL";
  }
}
