/** Live output of a call for a viewer: coalesced, bounded, and what was skipped is said. */
import type { Clock, Timer } from "../base/clock.ts";
import type { Recorder } from "../output/recorder.ts";
import type { Stream } from "../output/summary.ts";
import { decodeUtf8, wholeEnd, wholeStart } from "../output/text.ts";

export interface OutputUpdate {
  readonly stream: Stream;
  /** Byte offset of `text` in the stream's artifact. */
  readonly offset: number;
  readonly text: string;
  /** Bytes before `offset` that were not shown, since the last update or the start: read them from the artifact. */
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
  const flush = (last: boolean): void => {
    timer = null;
    for (const pending of Object.values(streams)) {
      const update = broken ? null : pending.take({ last });
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
    timer ??= clock.after(intervalMs, () => flush(false), { idle: true });
  });
  return {
    [Symbol.dispose]: () => {
      subscription[Symbol.dispose]();
      timer?.cancel();
      flush(true);
    },
  };
}

/** The newest bytes of one stream that were not shown yet. */
class Pending {
  readonly #stream: Stream;
  #chunks: Uint8Array[] = [];
  /** Bytes in `chunks`. */
  #held = 0;
  /** Offset behind the newest byte. */
  #end = 0;
  /** Offset of the first byte that was not shown yet. */
  #next = 0;

  constructor(stream: Stream) {
    this.#stream = stream;
  }

  add(chunk: Uint8Array, offset: number): void {
    // A copy: the chunk is only valid during the call.
    const bytes = Uint8Array.prototype.slice.call(chunk, -maxBytesPerUpdate);
    this.#chunks.push(bytes);
    this.#held += bytes.length;
    this.#end = offset + chunk.length;
    if (this.#held > 2 * maxBytesPerUpdate) this.#compact();
  }

  /** Null when there is nothing to show. A code point that is not complete waits, unless this is the last. */
  take({ last }: { readonly last: boolean }): OutputUpdate | null {
    const bytes = this.#compact();
    const begin = this.#end - bytes.length;
    const start = begin > this.#next ? wholeStart(bytes) : 0;
    const end = last ? bytes.length : wholeEnd(bytes);
    if (end <= start) return null;
    const offset = begin + start;
    const update = {
      stream: this.#stream,
      offset,
      text: decodeUtf8(bytes.subarray(start, end)),
      skipped: offset - this.#next,
    };
    this.#next = begin + end;
    this.#chunks = [bytes.subarray(end)];
    this.#held = bytes.length - end;
    return update;
  }

  #compact(): Uint8Array {
    const newest = Buffer.concat(this.#chunks).subarray(-maxBytesPerUpdate);
    this.#chunks = [newest];
    this.#held = newest.length;
    return newest;
  }
}
