/** Reads a file that a command wrote from one end to the other: in chunks, so that memory stays flat and nobody else waits. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errnoOf, LonghandError } from "../base/errors.ts";
import { ReadingTime } from "./reading-time.ts";

/** One trip through the thread pool per chunk; what is done with 64 KiB takes a few milliseconds. */
const chunkBytes = 2 ** 16;

export interface ChunkOptions {
  /** The byte to begin with. */
  readonly from?: number;
  /** Asked before each chunk; true ends the reading: a deadline, or enough was found. */
  readonly stop?: () => boolean;
  /** Of several that are read at once. Default: of its own. */
  readonly time?: ReadingTime;
}

/** `stopped`: by `stop`, before the end of the file. */
export type ReadEnd = "end" | "stopped";

/**
 * Calls `onChunk` with each chunk and its offset, in order; the bytes are good until it returns (or its promise settles).
 * `not_found` when there is no such file, `unavailable` when it cannot be read or is no regular file.
 */
export async function eachChunk(
  path: string,
  options: ChunkOptions,
  onChunk: (chunk: Buffer, offset: number) => void | Promise<void>,
): Promise<ReadEnd> {
  const file = await openRegular(path);
  const { time = new ReadingTime() } = options;
  try {
    const block = Buffer.allocUnsafe(chunkBytes);
    for (let offset = options.from ?? 0; ; ) {
      if (options.stop?.() === true) return "stopped";
      const { bytesRead } = await readAt(file, block, offset, path);
      if (bytesRead === 0) return "end";
      if (time.wantsTurn) await time.turn();
      await onChunk(block.subarray(0, bytesRead), offset);
      offset += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, block: Buffer, offset: number, path: string): Promise<{ bytesRead: number }> {
  try {
    return await file.read(block, 0, block.length, offset);
  } catch (cause) {
    throw unreadable(cause, path);
  }
}

/** A link or a FIFO in its place is not what the command wrote; O_NONBLOCK, or opening a FIFO would wait for a writer. */
async function openRegular(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(cause, path);
  }
  const found = await file.stat().catch(() => null);
  if (found?.isFile() === true) return file;
  await file.close();
  throw new LonghandError("unavailable", `${path} is not a regular file`);
}

function unreadable(cause: unknown, path: string): LonghandError {
  const errno = errnoOf(cause);
  const kind = errno === "ENOENT" || errno === "ENOTDIR" ? "not_found" : "unavailable";
  return new LonghandError(kind, `cannot read ${path}: ${errno ?? String(cause)}`, {
    cause,
    ...(errno === undefined ? {} : { details: { errno } }),
  });
}
