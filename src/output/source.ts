/** Where the bytes of a stream are, while a handle runs and after: one file, or two in the order of the index. */
import { type FileHandle, stat } from "node:fs/promises";
import { join } from "node:path";
import { LonghandError } from "../base/errors.ts";
import { openFileSource, openRegular, type Source } from "./artifact-file.ts";
import { type ArtifactName, artifactFiles, indexFile } from "./artifacts.ts";
import { openIndexed } from "./indexed-source.ts";
import type { Stream } from "./summary.ts";

/** Between two looks, the end of a command may replace the index by `combined.txt`: then the next look finds that. */
const looks = 3;

/** `not_found` when there is no such directory (any more). */
export async function openSource(directory: string, name: ArtifactName): Promise<Source> {
  if (name !== "combined") return (await openFile(directory, name)) ?? (await noOutput(directory));
  for (let look = 0; look < looks; look++) {
    const source = await openCombined(directory);
    if (source !== null) return source;
  }
  const message = "captured by file, the two streams have no common order: read stdout or stderr";
  throw new LonghandError("unsupported", message, { param: "stream" });
}

/** Null when both streams have bytes and nothing tells their order. */
async function openCombined(directory: string): Promise<Source | null> {
  const laidOut = await openFile(directory, "combined");
  if (laidOut !== null) return laidOut;
  const index = await openRegular(join(directory, indexFile));
  const indexed = index === null ? null : await openIndexed(index, (stream) => openStream(directory, stream));
  if (indexed !== null) return indexed;
  const stdout = await openFile(directory, "stdout");
  const stderr = await openFile(directory, "stderr");
  if (stdout !== null && stderr !== null && stdout.size > 0 && stderr.size > 0) {
    await Promise.all([stdout[Symbol.asyncDispose](), stderr[Symbol.asyncDispose]()]);
    return null;
  }
  const [chosen, other] = stderr !== null && stderr.size > 0 ? [stderr, stdout] : [stdout, stderr];
  await other?.[Symbol.asyncDispose]();
  return chosen ?? (await noOutput(directory));
}

function openFile(directory: string, name: ArtifactName): Promise<Source | null> {
  return openFileSource(join(directory, artifactFiles[name]));
}

async function openStream(directory: string, stream: Stream): Promise<FileHandle> {
  const file = await openRegular(join(directory, artifactFiles[stream]));
  if (file !== null) return file;
  throw new LonghandError("not_found", `${artifactFiles[stream]} is gone from ${directory}`);
}

/** A stream without a file: merged stderr, or a handle that was not started yet. */
async function noOutput(directory: string): Promise<Source> {
  const there = await stat(directory).catch(() => null);
  if (there === null) throw new LonghandError("not_found", `no output is kept in ${directory}`);
  return { path: null, size: 0, read: async () => Buffer.alloc(0), [Symbol.asyncDispose]: async () => {} };
}
