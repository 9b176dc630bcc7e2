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

/** Takes over `fd`, the host's non-blocking write end. */
export function createInputPipe(fd: number): OwnedInputPipe {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const socket = new Socket({ fd, readable: false, writable: true });
  let pending = 0;
  let ended = false;
  // EPIPE, when the reader has gone; the write that met it says so. Without a listener it would end the host.
  socket.on("error", () => undefined);
  socket.once("close", () => resolve());

  const closeWhenFlushed = (): void => {
    // Not socket.end(): that shuts a socket down, and closing is all that a pipe knows.
    if (ended && pending === 0) socket.destroy();
  };
  return {
    closed,
    write(bytes) {
      if (ended || socket.destroyed) return Promise.resolve(false);
      pending += 1;
      return new Promise((settle) => {
        socket.write(bytes, (error) => {
          pending -= 1;
          settle(error === null || error === undefined);
          closeWhenFlushed();
        });
      });
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
