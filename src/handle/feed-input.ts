/** Gives a running command its input: what it does not take at once stays queued, and nobody waits for ever. */
import type { Clock } from "../base/clock.ts";
import { LonghandError } from "../base/errors.ts";
import type { InputPipe } from "../process/child.ts";
import { size } from "./plain.ts";

/** What may be queued for a command that does not read: a caller who goes on has lost sight of it. */
const mostPendingBytes = 2 ** 20;

/** How long the answer waits at most for the command to take its input. A program that starts takes its time; one that never reads takes none. */
const longestAcceptMs = 2_000;
/** Whoever does not want to wait waits this long: most commands have taken their input by then, and the answer can say so. */
const shortestAcceptMs = 250;

export interface Feed {
  readonly text: Uint8Array | null;
  readonly eof: boolean;
}

export interface Fed {
  /** Bytes of this call that are with the command. */
  readonly written: number;
  /** All of them are. */
  readonly accepted: boolean;
  /** Of this call and of earlier ones: they are queued, and go on by themselves. */
  readonly pendingBytes: number;
}

export interface FeedOptions {
  readonly clock: Clock;
  /** Gives up the wait. */
  readonly signal: AbortSignal;
  /** How long the caller would wait: between 250 ms and 2 s it is heeded. */
  readonly waitMs: number;
}

/**
 * In the order of the calls: the text of each in one piece, then its end of file. Throws `capacity` when too much is queued, and
 * `invalid_parameter` for a text that never fits; then nothing of this call is.
 */
export async function feedInput(
  stdin: InputPipe,
  { text, eof }: Feed,
  { clock, signal, waitMs }: FeedOptions,
): Promise<Fed> {
  const length = text?.length ?? 0;
  if (length > mostPendingBytes) throw tooLong(length);
  if (stdin.pendingBytes + length > mostPendingBytes) throw tooMuch(stdin.pendingBytes, length);
  const writing = text === null ? Promise.resolve(true) : stdin.write(text);
  if (eof) stdin.end();
  const { promise: gaveUp, resolve } = Promise.withResolvers<null>();
  const giveUp = (): void => resolve(null);
  const acceptMs = Math.min(longestAcceptMs, Math.max(shortestAcceptMs, waitMs));
  const timer = clock.after(acceptMs, giveUp);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  try {
    const accepted = await Promise.race([writing, gaveUp]);
    const { pendingBytes } = stdin;
    if (accepted !== null) return { written: accepted ? length : 0, accepted, pendingBytes };
    return { written: Math.max(0, length - pendingBytes), accepted: false, pendingBytes };
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", giveUp);
  }
}

/** No wait makes room for it. */
function tooLong(length: number): LonghandError {
  const message = `text: one call takes at most ${size(mostPendingBytes)}, this has ${size(length)}: give it in parts, or in a file`;
  return new LonghandError("invalid_parameter", message, {
    param: "text",
    details: { limit: mostPendingBytes, got: `${length} bytes` },
  });
}

function tooMuch(pending: number, length: number): LonghandError {
  const why = `it has not read ${size(pending)} of its input yet, and ${size(length)} more would be over ${size(mostPendingBytes)}`;
  return new LonghandError("capacity", `${why}: wait until it reads, or stop it`, {
    param: "text",
    details: { limit: mostPendingBytes, pending_bytes: pending, got: `${length} bytes` },
  });
}
