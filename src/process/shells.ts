/** The shells of this machine, where each was found, and which one runs a text that names none. */
import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";
import {
  isKnownShell,
  isNoShell,
  type ShellStyle,
  shellDirectories,
  shellIdOf,
  styleOf,
  whyNotRunnable,
} from "./shell.ts";
import { loginShellIn, shellsIn } from "./shell-files.ts";

/** `host`: somebody named its path, and it was found nowhere. */
export type ShellSource = "configured" | "env" | "login" | "etc_shells" | "fallback" | "host";

export interface Shell extends ShellStyle {
  /** The program's name, lower-cased: unique in a list. */
  readonly id: string;
  readonly label: string;
  readonly path: string;
  readonly platform: NodeJS.Platform;
  /** It is there and may be executed. */
  readonly available: boolean;
  readonly source: ShellSource;
}

export interface ShellSources {
  /** Path or id that the operator set; null for none. */
  readonly configured: string | null;
  /** `SHELL`, and `USER` or `LOGNAME`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Text of a file, empty when it cannot be read. */
  readonly read: (path: string) => string;
  readonly isRunnable: (path: string) => boolean;
}

const fallbacks = ["zsh", "bash", "sh"].flatMap((id) => [`/bin/${id}`, `/usr/bin/${id}`]);

/** By id, in the order in which they were found. Of several with one id it is the first that can be run. */
export function discoverShells({ configured, environment, read, isRunnable }: ShellSources): Shell[] {
  const user = environment["USER"] || environment["LOGNAME"] || "";
  const login = user === "" ? null : loginShellIn(read("/etc/passwd"), user);
  const found: [ShellSource, string][] = [
    ...(configured === null ? [] : placesOf(configured).map((path) => ["configured", path] as [ShellSource, string])),
    ["env", environment["SHELL"] ?? ""],
    ["login", login ?? ""],
    ...shellsIn(read("/etc/shells")).map((path) => ["etc_shells", path] as [ShellSource, string]),
    ...fallbacks.filter(isRunnable).map((path) => ["fallback", path] as [ShellSource, string]),
  ];
  const byId = new Map<string, Shell>();
  for (const [source, path] of found.filter(mayBeShell)) {
    const id = shellIdOf(path);
    if (byId.get(id)?.available === true) continue;
    const available = isRunnable(path);
    if (byId.has(id) && !available) continue;
    byId.set(id, describeShell(path, source, available));
  }
  return [...byId.values()];
}

/** What the operator chose is taken for one. */
function mayBeShell([source, path]: readonly [ShellSource, string]): boolean {
  return isAbsolute(path) && (source === "configured" || !isNoShell(shellIdOf(path)));
}

export function describeShell(path: string, source: ShellSource, available: boolean): Shell {
  const id = shellIdOf(path);
  return { id, label: `${id} (${path})`, path, platform: process.platform, available, source, ...styleOf(path) };
}

/** An id stands for each place where a system may keep it. */
function placesOf(shell: string): string[] {
  return isAbsolute(shell) ? [shell] : shellDirectories.map((directory) => `${directory}/${shell}`);
}

/** What is found on the machine, for all who choose from it. */
class Machine {
  readonly #sources: ShellSources;
  #known: readonly Shell[] | null = null;

  constructor(sources: ShellSources) {
    this.#sources = sources;
    const { configured, isRunnable } = sources;
    if (configured === null || placesOf(configured).some(isRunnable)) return;
    const message = `defaultShell (LONGHAND_DEFAULT_SHELL): ${JSON.stringify(configured)} cannot be run`;
    throw new LonghandError("invalid_parameter", message, {
      param: "defaultShell",
      details: { expected: "the id or absolute path of a shell that is installed", got: configured },
    });
  }

  look(): readonly Shell[] {
    this.#known = discoverShells(this.#sources);
    return this.#known;
  }

  /** As it was last looked at. */
  get shells(): readonly Shell[] {
    return this.#known ?? this.look();
  }
}

/** Which shell a text gets, until somebody selects another. Each session has its own. */
export class Shells {
  readonly #machine: Machine;
  #selected: string | null = null;

  /** Throws `invalid_parameter` (`defaultShell`) for a configured shell that cannot be run. */
  constructor(found: ShellSources | Machine) {
    this.#machine = found instanceof Machine ? found : new Machine(found);
  }

  /** For somebody else on this machine, who has selected none yet. */
  forAnother(): Shells {
    return new Shells(this.#machine);
  }

  /** As the machine is now. */
  list(): readonly Shell[] {
    return this.#machine.look();
  }

  /**
   * The selected one, else the configured one, else bash (it is what models write), else sh, else any that is known to run a text; of these
   * the first that can be run. Null on a machine without one.
   */
  get default(): Shell | null {
    const { shells } = this.#machine;
    const configured = shells.find(({ source }) => source === "configured");
    const wanted = [this.#selected, configured?.id, "bash", "sh"];
    const available = shells.filter((shell) => shell.available);
    const inOrder = wanted.flatMap((id) => available.find((shell) => shell.id === id) ?? []);
    const known = ({ id }: Shell): boolean => isKnownShell(id);
    return inOrder[0] ?? available.find(known) ?? shells.find(known) ?? null;
  }

  /** The one with this id or path, as it was last looked for. */
  find(name: string): Shell | undefined {
    return this.#machine.shells.find(({ id, path }) => id === name || path === name);
  }

  /** From now on a text that names no shell is run by this one. Throws `invalid_parameter` (`shell_id`) when it is not available. */
  select(id: string): Shell {
    const shells = this.list();
    const shell = this.find(id);
    if (shell?.available === true) {
      this.#selected = shell.id;
      return shell;
    }
    const known = shells.filter(({ available }) => available).map((each) => each.id);
    const hint = spellingHint(id, known, "available");
    const why = shell === undefined ? "is not a shell of this machine" : `is not there (${shell.path})`;
    throw new LonghandError("invalid_parameter", `${JSON.stringify(id.slice(0, 60))} ${why}; ${hint}`, {
      param: "shell_id",
      details: { expected: known.join(" | "), got: id.slice(0, 60) },
    });
  }

  /** What to run a text with: a path for an id that is known here, and the default's for none. */
  resolve(asked: string | undefined): string | undefined {
    return asked === undefined ? this.default?.path : (this.find(asked)?.path ?? asked);
  }
}

/** Those of this machine. `configured`: path or id that the operator set, null for none. */
export function createShells(configured: string | null, environment: Readonly<Record<string, string>>): Shells {
  return new Shells({
    configured,
    environment,
    read: textOf,
    isRunnable: (path) => whyNotRunnable(path) === undefined,
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A system without it has no shells listed there.
    return "";
  }
}
