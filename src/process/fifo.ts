/**
 * Makes a real pipe out of a FIFO: opens both ends and removes the name. Node itself only offers socket pairs, and on a socket
 * `echo x > /dev/stderr`, `tee /dev/stderr` and `cat /dev/stdin` fail with ENXIO.
 */
import { closeSync, constants, openSync, unlinkSync } from "node:fs";

const { O_RDONLY, O_WRONLY, O_NONBLOCK } = constants;

/** Both ends close on exec. The host's never blocks; the child's does, as programs expect of their stdio. */
export interface PipeEnds {
  readonly hostFd: number;
  readonly childFd: number;
}

/** Who reads: the host (the child's output) or the child (its stdin). */
export type PipeReader = "host" | "child";

/** Opens and unlinks the FIFO at `path`. Throws the system's error; then nothing is open, and the name is gone. */
export function openFifo(path: string, reader: PipeReader): PipeEnds {
  const opened: number[] = [];
  const open = (flags: number): number => {
    const fd = openSync(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    // A read end that does not wait for a writer comes first: then no other open waits either.
    const firstReader = open(O_RDONLY | O_NONBLOCK);
    if (reader === "host") return { hostFd: firstReader, childFd: open(O_WRONLY) };
    const ends = { hostFd: open(O_WRONLY | O_NONBLOCK), childFd: open(O_RDONLY) };
    // While the host had a read end of its own, it would never learn that the child has closed stdin (EPIPE).
    closeSync(firstReader);
    return ends;
  } catch (error) {
    for (const fd of opened) closeSync(fd);
    throw error;
  } finally {
    unlinkQuietly(path);
  }
}

export function closePipe({ hostFd, childFd }: PipeEnds): void {
  closeSync(hostFd);
  closeSync(childFd);
}

export function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Gone already, with its directory perhaps.
  }
}
