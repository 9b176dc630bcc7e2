/** One call's work, raced against its cancel: a cancelled call is answered, also when what it runs does not hear of it. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock, Timer } from "../base/clock.ts";
import type { Call } from "../session/call.ts";

/** Who heeds the cancel answers in milliseconds, in some hundred on a busy machine; nobody waits longer for who does not. */
const defaultUnwindMs = 1_000;

export interface UnderCancelOptions<Answer> {
  readonly call: Call;
  readonly clock: Clock;
  /** How long after the cancel the work's own answer is waited for. Default 1 s. */
  readonly unwindMs?: number | undefined;
  /** The work has answered after all: what it carries must not be lost. Must not throw. */
  readonly onLate: (answer: Answer) => void;
}

type Settled<Answer> = { readonly answer: Answer } | { readonly thrown: unknown };

/** Null when the call was cancelled and its work has no answer, or none in time. Rejects as the work does. */
export async function underCancel<Answer>(
  work: () => Promise<Answer>,
  { call, clock, unwindMs = defaultUnwindMs, onLate }: UnderCancelOptions<Answer>,
): Promise<Answer | null> {
  // What was cancelled before it began is not begun.
  if (call.cancelled !== null) return null;
  const { promise: late, resolve: giveUp } = Promise.withResolvers<null>();
  let timer: Timer | null = null;
  const onCancel = (): void => {
    timer = clock.after(unwindMs, () => giveUp(null));
  };
  // Before the work is begun: what it does at once may be what cancels the call.
  call.signal.addEventListener("abort", onCancel, { once: true });
  // It may also throw before it has a promise.
  const settled = (async () => work())().then<Settled<Answer>, Settled<Answer>>(
    (answer) => ({ answer }),
    (thrown: unknown) => ({ thrown }),
  );
  let first = await Promise.race([settled, late]);
  call.signal.removeEventListener("abort", onCancel);
  // Assigned in the listener, which the compiler does not see.
  (timer as Timer | null)?.cancel();
  if (first === null) {
    // An answer of the same tick wins.
    await nextTurn();
    first = await Promise.race([settled, null]);
  }
  if (first === null) {
    // Its error is nobody's any more: the call has been answered.
    void settled.then((after) => ("answer" in after ? onLate(after.answer) : undefined));
    return null;
  }
  if ("answer" in first) return first.answer;
  if (call.cancelled !== null && isAbort(first.thrown)) return null;
  throw first.thrown;
}

/** What a signal throws by itself, and whoever passes it on. */
function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === "AbortError";
}
