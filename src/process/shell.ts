/** Turns shell text into an argv. It knows the usual shells by name and takes any other by its path. */
import { accessSync, constants } from "node:fs";
import { isAbsolute } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";

export interface ShellInput {
  /** An id (`bash`) or an absolute path. Default: bash where it is installed, else /bin/sh. */
  readonly shell?: string;
  /** Reads the login profile: that can take 100 ms and more, and is off by default. */
  readonly login?: boolean;
  readonly interactive?: boolean;
  readonly script: string;
}

/** All of them take `-i`, `-l` and `-c`. */
const shellIds = ["sh", "bash", "zsh", "dash", "fish"] as const;

/** Where a system keeps its shells. PATH is not asked: an entry of the workspace must not become the shell. */
const shellDirectories = ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/** The argv that runs `script`. Throws `invalid_parameter` (`shell`) for an unknown id or a path that cannot be run. */
export function shellInvocation(input: ShellInput): [string, ...string[]] {
  const program = input.shell === undefined ? defaultShell() : findShell(input.shell);
  const flags = [...(input.interactive === true ? ["-i"] : []), ...(input.login === true ? ["-l"] : [])];
  return [program, ...flags, "-c", input.script];
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

function whyNotRunnable(path: string): string | undefined {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch (error) {
    return errnoOf(error) ?? "EINVAL";
  }
}
