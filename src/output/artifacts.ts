/** The directory with a handle's output: what is in it, and how it and its files are made. */
import { closeSync, constants, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";
import type { Stream } from "./summary.ts";

/** What a reader may ask for. */
export type ArtifactName = Stream | "combined" | "result";

export const artifactFiles = {
  stdout: "stdout.txt",
  stderr: "stderr.txt",
  /** Made when the command has ended; until then it is read through the index. */
  combined: "combined.txt",
  /** What an operation returned, when it was too large to be told inline. */
  result: "result.json",
} as const satisfies Record<ArtifactName, string>;

/** The order in which two streams were read; only while, or when, there is no `combined.txt`. */
export const indexFile = "combined.index";

/** Exactly the ids of things that have output; nothing else below the root is ever read or removed by us. */
export const handleIdPattern = /^(?:hto|psh|hso)-[0-9a-hjkmnp-tv-z]{26}$/;

/** File descriptors that a recorder holds at most: one per stream, and the index from the first change of streams on. */
export function artifactDescriptors(merged: boolean): number {
  return merged ? 1 : 3;
}

export interface ArtifactPaths {
  readonly directory: string;
  readonly stdout: string;
  /** Null when stderr goes into stdout. */
  readonly stderr: string | null;
  readonly combined: string;
}

/** Where the output of a handle will be; known before anything exists. */
export function planArtifacts(root: string, handleId: string, merged: boolean): ArtifactPaths {
  if (!handleIdPattern.test(handleId)) throw new LonghandError("internal", `not a handle id: ${handleId}`);
  const directory = join(root, handleId);
  return {
    directory,
    stdout: join(directory, artifactFiles.stdout),
    stderr: merged ? null : join(directory, artifactFiles.stderr),
    combined: join(directory, artifactFiles.combined),
  };
}

/**
 * Makes the directory, 0700. Synchronous: every short command waits for it, and a round trip through the thread pool costs
 * more than the call. `conflict` when it exists, `unavailable` when the disk refuses.
 */
export function createArtifacts(root: string, handleId: string): string {
  const { directory } = planArtifacts(root, handleId, true);
  try {
    makeDirectory(directory, root);
  } catch (cause) {
    throw artifactError(cause, `cannot make the artifacts directory ${directory}`);
  }
  return directory;
}

/** The root is there for every command but the first, so it is made only when it turns out to be missing. */
function makeDirectory(directory: string, root: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    mkdirSync(root, { recursive: true, mode: 0o700 });
    mkdirSync(directory, { mode: 0o700 });
  }
}

/**
 * A new file for appending, 0600. O_EXCL and O_NOFOLLOW: never through a link that somebody planted. O_APPEND: a child that
 * truncates what it can reach through `/dev/stdout` leaves no hole.
 */
export function createFile(path: string): number {
  const { O_WRONLY, O_CREAT, O_EXCL, O_APPEND, O_NOFOLLOW } = constants;
  return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW, 0o600);
}

/** `createFile` for several, all or none: what can fail does so before the command is started. */
export function createFiles(paths: readonly string[]): number[] {
  const made: number[] = [];
  try {
    for (const path of paths) made.push(createFile(path));
  } catch (cause) {
    for (const fd of made) closeSync(fd);
    throw artifactError(cause, "cannot make the artifacts");
  }
  return made;
}

function artifactError(cause: unknown, message: string): LonghandError {
  const errno = errnoOf(cause);
  const kind =
    errno === "EMFILE" || errno === "ENFILE" ? "capacity" : errno === "EEXIST" ? "conflict" : ("unavailable" as const);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LonghandError(kind, `${message}: ${reason}`, {
    cause,
    ...(errno === undefined ? {} : { details: { errno } }),
  });
}
