/**
 * The host's end of a child's open stdin. A child that has gone away is an answer here, never an error.
 * A child may open `/dev/stdin` again as long as the pipe has not ended; after the end such an open would wait for ever, because the pipe is
 * a FIFO. What is known beforehand is therefore given as bytes, in a file.
 */
import { Socket } from "node:net";
import type { InputPipe } from "./child.ts";

export interface OwnedInputPipe extends InputPipe {
  /** Closes at once; writes that wait resolve with false. Idempotent. */
  destroy(): void;
  /** Resolves when the fd is given back. Never rejects. */
  readonly closed: Promise<void>;
}

/** What a pipe holds. A larger write is handed on in such pieces, so that it can be told how much of it is still to be read. */
const pieceBytes = 64 * 1024;

/** Takes over `fd`, the host's non-blocking write end. */
export function createInputPipe(fd: number): OwnedInputPipe {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const socket = new Socket({ fd, readable: false, writable: true });
  let pendingWrites = 0;
  let pendingBytes = 0;
  let ended = false;
  // EPIPE, when the reader has gone; the write that met it says so. Without a listener it would end the host.
  socket.on("error", () => undefined);
  socket.once("close", () => resolve());

  const closeWhenFlushed = (): void => {
    // Not socket.end(): that shuts a socket down, and closing is all that a pipe knows.
    if (ended && pendingWrites === 0) socket.destroy();
  };
  const writePiece = (bytes: Uint8Array): Promise<boolean> => {
    pendingWrites += 1;
    pendingBytes += bytes.length;
    return new Promise((settle) => {
      socket.write(bytes, (error) => {
        pendingWrites -= 1;
        pendingBytes -= bytes.length;
        settle(error === null || error === undefined);
        closeWhenFlushed();
      });
    });
  };
  return {
    closed,
    get isOpen() {
      return !ended && !socket.destroyed;
    },
    get pendingBytes() {
      return pendingBytes;
    },
    async write(bytes) {
      if (ended || socket.destroyed) return false;
      const written = piecesOf(bytes).map(writePiece);
      return (await Promise.all(written)).every((accepted) => accepted);
    },
    end() {
      ended = true;
      closeWhenFlushed();
    },
    destroy() {
      ended = true;
      socket.destroy();
    },
  };
}

function piecesOf(bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; start += pieceBytes) pieces.push(bytes.subarray(start, start + pieceBytes));
  return pieces;
}
