/**
 * Stdin that is known beforehand: an unlinked file. A pipe would need the host to feed it, could fill up while the child waits for somebody
 * to read its output, and breaks with EPIPE when nobody reads; and a child that opens `/dev/stdin` again (`cat /dev/stdin`,
 * `bash /dev/stdin`) would block for ever on a FIFO whose writer has already closed. A file has none of this.
 */
import { randomBytes } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { unlinkQuietly } from "./fifo.ts";
import { fileError } from "./system-error.ts";

/** Up to here, writing takes less time than a round trip through the thread pool. */
const synchronousBytes = 64 * 1024;

/** A read-only fd at offset 0 of a file without a name. Throws `capacity`, or `unavailable` (a full disk). */
export async function createStdinFile(directory: string, bytes: Uint8Array): Promise<number> {
  const path = join(directory, `stdin-${randomBytes(12).toString("hex")}`);
  try {
    if (bytes.length <= synchronousBytes) writeNew(path, bytes);
    else await writeNewLarge(path, bytes);
    const fd = openSync(path, "r");
    unlinkSync(path);
    return fd;
  } catch (error) {
    unlinkQuietly(path);
    throw fileError(error, "The file for stdin");
  }
}

function writeNew(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, "wx", 0o600);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
  } finally {
    closeSync(fd);
  }
}

async function writeNewLarge(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(bytes);
  } finally {
    await file.close();
  }
}
