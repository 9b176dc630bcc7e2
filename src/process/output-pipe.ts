/** Reads one pipe of a child into a sink, through a buffer that all pipes share. */
import { Socket } from "node:net";
import type { ChunkSink, OutputPipe } from "./child.ts";

/** What a pipe holds, so that one read empties it. */
const readBytes = 64 * 1024;

/**
 * One for all pipes of a launcher: bytes are read and handed over in one synchronous step, so that a thousand readers cost 64 KiB in all
 * and not each.
 */
export function createReadBuffer(): Uint8Array {
  return Buffer.allocUnsafeSlow(readBytes);
}

/**
 * Takes over `fd`, the host's non-blocking read end, and reads from now on. After `destroy`, writing gets SIGPIPE, but opening `/dev/stdout`
 * anew waits for a reader for ever, as FIFOs do: destroy what nobody is to write to any more.
 */
export function createOutputPipe(fd: number, sink: ChunkSink, buffer: Uint8Array): OutputPipe {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  let atEnd = false;
  let destroyed = false;
  let isRunningOut = false;
  const socket = new Socket({
    fd,
    readable: true,
    writable: false,
    onread: {
      buffer,
      callback: (length) => {
        if (!destroyed) sink(buffer.subarray(0, length));
        return true;
      },
    },
  });
  socket.once("end", () => {
    atEnd = !destroyed;
    resolve();
  });
  // A failing read is the end of what can be had; "close" follows.
  socket.on("error", () => undefined);
  socket.once("close", () => resolve());
  return {
    ended,
    get atEnd() {
      return atEnd;
    },
    pause() {
      if (!isRunningOut) socket.pause();
    },
    resume() {
      if (!destroyed) socket.resume();
    },
    runOut() {
      isRunningOut = true;
      if (!destroyed) socket.resume();
    },
    unref() {
      socket.unref();
    },
    destroy() {
      destroyed = true;
      socket.destroy();
    },
  };
}
