/** Live output of a call for a viewer: coalesced, bounded, and what was skipped is said. */
import type { Clock, Timer } from "../base/clock.ts";
import { createTextDecoder } from "../output/text.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Stream } from "../output/summary.ts";

export interface OutputUpdate {
  readonly stream: Stream;
  /** Byte offset of `text` in the stream's artifact. */
  readonly offset: number;
  readonly text: string;
  /** Bytes before `offset` that were not shown since the last update: read them from the artifact. */
  readonly skipped: number;
}

export type LiveOutput = (update: OutputUpdate) => void;

/** At most 10 updates a second: what an eye follows. */
const intervalMs = 100;
/** Per update and stream; the newest bytes are kept. 160 KB/s is more than anybody reads. */
const maxBytesPerUpdate = 16_384;

/** Follows a recorder until disposed; the last update is sent then. A viewer that throws is dropped. */
export function followOutput(recorder: Recorder, clock: Clock, viewer: LiveOutput): Disposable {
  const streams = { stdout: new Pending("stdout"), stderr: new Pending("stderr") };
  let timer: Timer | null = null;
  let broken = false;
  const flush = (): void => {
    timer = null;
    for (const pending of Object.values(streams)) {
      const update = broken ? null : pending.take();
      if (update === null) continue;
      try {
        viewer(update);
      } catch {
        // A viewer's fault is not the command's: it sees no more, the command goes on.
        broken = true;
      }
    }
  };
  const subscription = recorder.onOutput((stream, chunk, offset) => {
    streams[stream].add(chunk, offset);
    timer ??= clock.after(intervalMs, flush, { idle: true });
  });
  return {
    [Symbol.dispose]: () => {
      subscription[Symbol.dispose]();
      timer?.cancel();
      flush();
    },
  };
}

/** The newest bytes of one stream that were not shown yet. */
class Pending {
  readonly #stream: Stream;
  readonly #decoder = createTextDecoder();
  #chunks: Uint8Array[] = [];
  /** Bytes in `chunks`. */
  #held = 0;
  /** Bytes since the last update, shown or not. */
  #size = 0;
  #offset = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  add(chunk: Uint8Array, offset: number): void {
    if (this.#size === 0) this.#offset = offset;
    // A copy: the chunk is only valid during the call.
    const bytes = Uint8Array.prototype.slice.call(chunk, -maxBytesPerUpdate);
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    this.#size += chunk.length;
    if (this.#held > 2 * maxBytesPerUpdate) this.#compact();
  }

  take(): OutputUpdate | null {
    if (this.#size === 0) return null;
    this.#compact();
    const bytes = this.#chunks[0] ?? new Uint8Array();
    const skipped = this.#size - bytes.length;
    const update = { stream: this.#stream, offset: this.#offset + skipped, text: this.#decoder.write(bytes), skipped };
    this.#chunks = [];
    this.#held = 0;
    this.#size = 0;
    return update;
  }

  #compact(): void {
    const newest = Buffer.concat(this.#chunks).subarray(-maxBytesPerUpdate);
    this.#chunks = [newest];
    this.#held = newest.length;
  }
}
