/** Waiting for what a command says to its input: until it has printed something and gone quiet, or asks for more. */
import type { Clock, Timer } from "../base/clock.ts";
import { plainText } from "../output/text.ts";
import type { Handle } from "./handle.ts";
import { newOutput } from "./new-output.ts";

export interface ReplyOptions {
  readonly clock: Clock;
  /** Bytes of output before the input. */
  readonly before: number;
  /** What the terminal shows by itself of the input: no reply yet. Empty without one. */
  readonly typed: string;
}

export interface ReplyWait extends Disposable {
  /** Never rejects; stays open when disposed first. */
  readonly replied: Promise<void>;
}

/** Between the lines of one reply there is less silence than this, and people do not notice it. */
const quietMs = 150;

export function waitForReply(handle: Handle, { clock, before, typed }: ReplyOptions): ReplyWait {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = clock.monotonic();
  let timer: Timer | null = null;
  let over = false;
  const arm = (ms: number): void => {
    if (!over) timer = clock.after(ms, () => void look());
  };
  const look = async (): Promise<void> => {
    const { recorder, child } = handle;
    // Its end is somebody else's to hear, and comes with its last words.
    if (recorder === null || child === null || handle.phase !== "running") return;
    const quiet = clock.monotonic() - Math.max(begun, recorder.lastOutputAt ?? 0);
    if (quiet < quietMs) return arm(quietMs - quiet);
    const printed = recorder.bytes("combined") > before && (typed === "" || (await showsMore(handle, before, typed)));
    const replied = printed || (await asksForMore(handle, clock));
    if (replied && handle.phase === "running") return resolve();
    arm(quietMs);
  };
  arm(quietMs);
  return {
    replied: promise,
    [Symbol.dispose]: () => {
      over = true;
      timer?.cancel();
    },
  };
}

/** By what can be seen: programs decorate what is typed with sequences of their own. */
async function showsMore(handle: Handle, before: number, typed: string): Promise<boolean> {
  const { text, omittedBytes } = await newOutput(handle, before);
  return omittedBytes > 0 || seen(text) > seen(typed);
}

function seen(text: string): number {
  return plainText(text).replaceAll(/\s+/g, "").length;
}

async function asksForMore(handle: Handle, clock: Clock): Promise<boolean> {
  if ((handle.child?.stdin?.pendingBytes ?? 0) > 0) return false;
  const activity = await handle.activity(clock);
  return activity?.state === "waiting_on_stdin";
}
