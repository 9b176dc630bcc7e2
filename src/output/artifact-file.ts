/** Opening and reading one artifact. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { errnoOf, LonghandError } from "../base/errors.ts";

/** Random access to output. */
export interface Source {
  /** The file; null when the bytes come from more than one, or there is none. */
  readonly path: string | null;
  /** Bytes at the moment of opening. */
  readonly size: number;
  /** Bytes from `offset` on: `length` of them, or what there is before `size`. */
  read(offset: number, length: number): Promise<Buffer>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Null when there is no such file. */
export async function openFileSource(path: string): Promise<Source | null> {
  const file = await openRegular(path);
  if (file === null) return null;
  const { size } = await file.stat();
  return {
    path,
    size,
    read: (offset, length) => readAt(file, offset, Math.max(0, Math.min(length, size - offset))),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** Null when there is no such file. Never follows a link, never waits for the writer of a FIFO: a command may plant either. */
export async function openRegular(path: string): Promise<FileHandle | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === "ENOENT") return null;
    if (errno !== "ELOOP" && errno !== "ENXIO") throw unreadable(path, cause, errno);
  }
  throw new LonghandError("unavailable", `${path} is not a regular file: something replaced the artifact`);
}

function unreadable(path: string, cause: unknown, errno: string | undefined): LonghandError {
  const kind = errno === "EMFILE" || errno === "ENFILE" ? "capacity" : "unavailable";
  const details = errno === undefined ? {} : { details: { errno } };
  return new LonghandError(kind, `cannot open ${path}`, { cause, ...details });
}

/** As many of `length` bytes as the file has there. */
export async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
