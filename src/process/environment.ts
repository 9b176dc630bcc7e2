/** The environment of a child: what it inherits, what it is told, and what it never sees. The one place that reads the host's own. */
import { LonghandError } from "../base/errors.ts";
import { markVariable } from "./procfs.ts";
import { isSecretName } from "./secret-names.ts";

/**
 * `inherit_clean` and `patch`: the host's variables without those that look like secrets, and `env` over them.
 * `replace`: nothing of the host, only `env`.
 */
export type EnvironmentMode = "inherit_clean" | "replace" | "patch";

export interface EnvironmentInput {
  readonly mode: EnvironmentMode;
  /** The caller's explicit values. They always win, secret-looking or not. */
  readonly env?: Readonly<Record<string, string>>;
  /** Names the caller does not want from the host or from our defaults; an explicit `env` entry of the same name stays. */
  readonly remove?: readonly string[];
  /** The command gets a terminal, and may use what terminals can do. Default false. */
  readonly terminal?: boolean;
  /** The host's variables: `inheritedEnvironment()`, or a test's. */
  readonly inherited: Readonly<Record<string, string>>;
}

/** Keeps tools from asking a person, opening a pager or drawing. `CI` is left alone: it changes what tests and builds do. */
export const agentDefaults: Readonly<Record<string, string>> = {
  TERM: "dumb",
  NO_COLOR: "1",
  PAGER: "cat",
  GIT_PAGER: "cat",
  GH_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
};

/** What ours understand. `NO_COLOR` and the pagers stay as they are: whoever wants them asks for them. */
const terminalType = "xterm-256color";

/** The size of the host's own terminal; programs believe them more than the terminal they run in. */
const terminalSizeNames: readonly string[] = ["COLUMNS", "LINES"];

/** The host's environment as it is now. */
export function inheritedEnvironment(): Record<string, string> {
  const copy: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) copy[name] = value;
  return copy;
}

/**
 * From the weakest to the strongest: inherited (cleaned), our defaults, minus `remove`, then the caller's `env`.
 * Throws `invalid_parameter` with param `env` or `env_remove` for a name or value the kernel cannot hold.
 */
export function buildEnvironment(input: EnvironmentInput): Record<string, string> {
  const { mode, env = {}, remove = [], inherited, terminal = false } = input;
  for (const [name, value] of Object.entries(env)) checkEntry(name, value);
  for (const name of remove) checkName(name, "env_remove");
  const removed = new Set(terminal ? [...remove, ...terminalSizeNames] : remove);
  const result: Record<string, string> = Object.create(null);
  if (mode !== "replace") {
    for (const [name, value] of Object.entries(inherited)) {
      if (!removed.has(name) && !isSecretName(name)) result[name] = value;
    }
  }
  const defaults = terminal ? { ...agentDefaults, TERM: terminalType } : agentDefaults;
  for (const [name, value] of Object.entries(defaults)) if (!removed.has(name)) result[name] = value;
  Object.assign(result, env);
  result["SHLVL"] = env["SHLVL"] ?? shellLevel(result["SHLVL"]);
  // The host's own, if it is itself a child, names the host's tree; the launcher sets the child's, whatever the caller gave.
  delete result[markVariable];
  return result;
}

/**
 * At least 1. A top-level bash (no SHLVL, or 0) that finds a socket on stdin, or SSH_CLIENT in its environment, believes that rshd or
 * sshd started it and sources ~/.bashrc.
 */
function shellLevel(inherited: string | undefined): string {
  return inherited !== undefined && /^[1-9]\d{0,2}$/.test(inherited) ? inherited : "1";
}

function checkEntry(name: string, value: unknown): void {
  checkName(name, "env");
  if (typeof value !== "string") {
    throw new LonghandError("invalid_parameter", `The value of ${name} in env must be a string.`, {
      param: "env",
      details: { expected: "string", got: value === null ? "null" : typeof value, name },
    });
  }
  if (value.includes("\0")) {
    throw new LonghandError("invalid_parameter", `The value of ${name} in env contains a NUL byte.`, {
      param: "env",
      details: { name },
    });
  }
}

function checkName(name: string, param: string): void {
  if (name !== "" && !name.includes("=") && !name.includes("\0")) return;
  throw new LonghandError(
    "invalid_parameter",
    `${JSON.stringify(name)} cannot be the name of an environment variable.`,
    {
      param,
      details: { expected: "a name without = and NUL, not empty", got: name },
    },
  );
}
