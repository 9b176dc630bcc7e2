/**
 * Finds the program that `exec` would start, before anything is spawned: a command usually starts through a wrapper, and then a missing
 * program would look like a command that failed.
 */
import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { LonghandError } from "../base/errors.ts";

/** Where to look when the child has no PATH. */
const defaultPath = "/usr/local/bin:/usr/bin:/bin";

interface ProgramContext {
  /** The child's own environment: its PATH is searched, not the host's. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/**
 * The absolute path of `name` as `execvp` in the child would find it. Throws `spawn_failed` with details.errno: ENOENT (nobody, or its
 * interpreter is missing) or EACCES (not executable, or a directory).
 * An executable text without `#!` passes: `execvp` hands it to /bin/sh, with a wrapper and without.
 */
export function resolveProgram(name: string, { env, cwd }: ProgramContext): string {
  const found = name.includes("/") ? look(resolve(cwd, name)) : search(name, env["PATH"] ?? defaultPath, cwd);
  if (found.errno !== undefined) throw notFound(name, found.errno, env["PATH"]);
  const interpreter = missingInterpreter(found.path, cwd);
  if (interpreter !== undefined) throw noInterpreter(name, interpreter);
  return found.path;
}

interface Look {
  readonly path: string;
  readonly errno: "ENOENT" | "EACCES" | undefined;
}

/** Like execvp: goes on after a match that may not be run, and remembers it for the error. An empty entry is the cwd. */
function search(name: string, path: string, cwd: string): Look {
  let denied: Look | undefined;
  for (const directory of path.split(":")) {
    const found = look(resolve(cwd, directory, name));
    if (found.errno === undefined) return found;
    if (found.errno === "EACCES") denied ??= found;
  }
  return denied ?? { path: name, errno: "ENOENT" };
}

function look(path: string): Look {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { path, errno: "ENOENT" };
    if (!stat.isFile()) return { path, errno: "EACCES" };
    accessSync(path, constants.X_OK);
    return { path, errno: undefined };
  } catch {
    // A directory on the way that may not be searched, or the file itself.
    return { path, errno: "EACCES" };
  }
}

/** Linux reads no more of a `#!` line. */
const longestShebang = 256;

/** The interpreter that the first line asks for and that is not there; the kernel's bare ENOENT would blame the script. */
function missingInterpreter(path: string, cwd: string): string | undefined {
  const match = /^#![ \t]*([^ \t\n]+)/.exec(firstBytes(path));
  if (match?.[1] === undefined || match[1].includes("\0")) return undefined;
  return look(resolve(cwd, match[1])).errno === "ENOENT" ? match[1] : undefined;
}

function firstBytes(path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const bytes = Buffer.alloc(longestShebang);
    return bytes.toString("latin1", 0, readSync(fd, bytes, 0, longestShebang, 0));
  } catch {
    // Executable but not readable, or no fd left: the spawn itself will tell.
    return "";
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function notFound(name: string, errno: "ENOENT" | "EACCES", path: string | undefined): LonghandError {
  // The PATH itself is for programs (details): it can be a screenful.
  const where = name.includes("/") ? "" : " in the PATH of the command";
  const what = errno === "ENOENT" ? `was not found${where}` : `was found${where}, but may not be executed`;
  return new LonghandError("spawn_failed", `The program ${JSON.stringify(name)} ${what} (${errno}).`, {
    details: { errno, program: name, ...(where === "" ? {} : { path: path ?? defaultPath }) },
  });
}

function noInterpreter(name: string, interpreter: string): LonghandError {
  const message = `The program ${JSON.stringify(name)} needs the interpreter ${JSON.stringify(interpreter)}, which does not exist (ENOENT).`;
  return new LonghandError("spawn_failed", message, { details: { errno: "ENOENT", program: name, interpreter } });
}
