/** Which artifact a path names, for callers that give a path instead of a handle. */
import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { isAbsolute, join, sep } from "node:path";
import { errnoOf, LonghandError } from "../base/errors.ts";
import { type ArtifactName, artifactFiles, handleIdPattern } from "./artifacts.ts";

export interface ArtifactRef {
  readonly handleId: string;
  readonly stream: ArtifactName;
}

/**
 * The path must be `<root>/<handle id>/<artifact>`, spelled with the root as it was given or as it really is, with no link
 * below the root. Whose handle it is, is for the caller to judge; reading goes by the id, never by this path again, so what
 * was checked is what is read. Throws `invalid_parameter` for `path`, and `not_found` when there is no such directory.
 */
export async function resolveArtifactPath(root: string, path: string): Promise<ArtifactRef> {
  if (!isAbsolute(path) || path.includes("\0") || path.split(sep).includes("..")) throw refused(path);
  const realRoot = await realpath(root).catch(() => root);
  const below = [root, realRoot].map((base) => partsBelow(base, path)).find((parts) => parts !== null);
  const [handleId, file, ...more] = below ?? [];
  const stream = streams.find((name) => artifactFiles[name] === file);
  if (handleId === undefined || stream === undefined || more.length > 0) throw refused(path);
  if (!handleIdPattern.test(handleId)) throw refused(path);
  await checkReal(join(realRoot, handleId), artifactFiles[stream], path);
  return { handleId, stream };
}

const streams = ["stdout", "stderr", "combined", "result"] as const;

function partsBelow(base: string, path: string): string[] | null {
  const prefix = base.endsWith(sep) ? base : base + sep;
  return path.startsWith(prefix) ? path.slice(prefix.length).split(sep) : null;
}

async function checkReal(directory: string, file: string, path: string): Promise<void> {
  const holder = await lstatOrNull(directory);
  if (holder === null) throw new LonghandError("not_found", `no output is kept at ${path}`, { param: "path" });
  // A planned artifact need not exist yet: `combined.txt` is made at the end.
  const target = join(directory, file);
  const entry = await lstatOrNull(target);
  const isPlain = holder.isDirectory() && (entry === null || entry.isFile());
  if (!isPlain || (entry !== null && (await realpath(target)) !== target)) throw refused(path);
}

async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw error;
  }
}

function refused(path: string): LonghandError {
  const expected =
    "the path of an artifact: <artifacts root>/<handle id>/stdout.txt, stderr.txt, combined.txt or result.json";
  return new LonghandError("invalid_parameter", `path must be ${expected}`, {
    param: "path",
    details: { expected, got: path },
  });
}
