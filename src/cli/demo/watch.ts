/** What a person sees of a command in the background: how long and how much. */
import type { Session } from "../../session/session.ts";
import type { Screen } from "./screen.ts";

const everyMs = 1_000;
/** A long command is looked at ever more rarely. */
const mostMs = 10_000;

/** Reads are free: the result stays in the inbox. */
export async function watchUntilDone(session: Session, screen: Screen): Promise<void> {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  using _subscription = session.inbox.onReady(resolve);
  for (let pauseMs = everyMs; ; pauseMs = Math.min(mostMs, pauseMs * 1.5)) {
    if (await isReadyWithin(ready, pauseMs)) return;
    const [, running = ""] = (await session.digest()).split("\n");
    screen.say("check", running);
  }
}

async function isReadyWithin(ready: Promise<void>, ms: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(resolve, ms, false);
  void ready.then(() => resolve(true));
  return promise.finally(() => clearTimeout(timer));
}
