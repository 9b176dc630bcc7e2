/** Everything below a directory, one entry at a time: memory is what the directories on the way down still have to be visited. */
import type { Dir, Dirent } from "node:fs";
import { opendir, stat } from "node:fs/promises";
import { errnoOf } from "../../base/errors.ts";

export interface WalkEntry {
  /** Bytes: a name need not be text. */
  readonly path: Buffer;
  /** Of what a link leads to, when links are followed; else a link is neither. */
  readonly isDirectory: boolean;
  readonly isFile: boolean;
  /** 0 is the directory itself. */
  readonly depth: number;
}

export interface WalkOptions {
  /** Deepest entries that are told; 0 is the directory alone. */
  readonly maxDepth: number;
  readonly followSymlinks: boolean;
  /** Whether names that begin with a dot are told, and looked into. */
  readonly includeHidden: boolean;
  readonly signal: AbortSignal;
  /** A directory that cannot be read (or not to its end), with the system's error code. */
  readonly onError: (path: Buffer, errno: string) => void;
}

interface Directory {
  readonly path: Buffer;
  readonly depth: number;
}

/** Entries that are fetched from the system at once: each trip leaves the event loop its turn. */
const batchEntries = 256;
const slash = 0x2f;
const dot = 0x2e;

/**
 * The directory itself and all below it, entries of one directory together, in the order of the file system. Ends early, without an
 * error, when the signal is aborted. With links followed each directory is visited once, whatever leads to it: cycles end.
 */
export async function* walk(base: Buffer, options: WalkOptions): AsyncGenerator<WalkEntry, void, undefined> {
  const visited = options.followSymlinks ? new Set<string>() : null;
  const pending: Directory[] = [{ path: base, depth: 0 }];
  yield { path: base, isDirectory: true, isFile: false, depth: 0 };
  for (let next = pending.pop(); next !== undefined && !options.signal.aborted; next = pending.pop()) {
    if (next.depth >= options.maxDepth || !(await isNew(next.path, visited, options))) continue;
    for await (const entry of entriesOf(next, options)) {
      if (options.signal.aborted) return;
      if (entry.isDirectory) pending.push(entry);
      yield entry;
    }
  }
}

async function* entriesOf(
  { path, depth }: Directory,
  options: WalkOptions,
): AsyncGenerator<WalkEntry, void, undefined> {
  try {
    for await (const found of await open(path)) {
      // With this encoding names are bytes; the types do not know.
      const name = found.name as unknown as Buffer;
      if (!options.includeHidden && name[0] === dot) continue;
      yield { ...(await kindOf(found, join(path, name), options)), depth: depth + 1 };
    }
  } catch (error) {
    options.onError(path, errnoOf(error) ?? "UNKNOWN");
  }
}

function open(path: Buffer): Promise<Dir> {
  return opendir(path, { encoding: "buffer" as BufferEncoding, bufferSize: batchEntries });
}

async function kindOf(found: Dirent, path: Buffer, { followSymlinks }: WalkOptions) {
  if (!followSymlinks || !found.isSymbolicLink()) {
    return { path, isDirectory: found.isDirectory(), isFile: found.isFile() };
  }
  // A link that leads nowhere is told, as neither.
  const target = await stat(path).catch(() => null);
  return { path, isDirectory: target?.isDirectory() ?? false, isFile: target?.isFile() ?? false };
}

/** By identity: two paths may lead to one directory. One that cannot be looked at counts as read, and is told as an error. */
async function isNew(path: Buffer, visited: Set<string> | null, { onError }: WalkOptions): Promise<boolean> {
  if (visited === null) return true;
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    const identity = `${dev}:${ino}`;
    if (visited.has(identity)) return false;
    visited.add(identity);
    return true;
  } catch (error) {
    onError(path, errnoOf(error) ?? "UNKNOWN");
    return false;
  }
}

function join(directory: Buffer, name: Buffer): Buffer {
  const separator = directory.at(-1) === slash ? [] : [Buffer.from([slash])];
  return Buffer.concat([directory, ...separator, name]);
}
