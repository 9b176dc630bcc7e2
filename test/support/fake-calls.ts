/** What tests of calls over fakes share: who is running, stops that take long, and what lies in the inbox. */
import type { Session } from "../../src/session/session.ts";
import { type FakeEngine, turn } from "./fake-engine.ts";

/** The handles whose results are unread. */
export async function results({ ledger }: FakeEngine, { id }: Session): Promise<string[]> {
  const unread = await ledger.unread({ sessionId: id, limit: 100 });
  return unread.filter(({ kind }) => kind === "tool_result").map(({ handleId }) => String(handleId));
}

/** When so many processes run. */
export async function started(engine: FakeEngine, count = 1): Promise<void> {
  while (engine.launcher.processes.length < count) await turn();
  await turn();
}

/** Every stop waits until it is let go. */
export function heldStops(engine: FakeEngine): PromiseWithResolvers<void> {
  const held = Promise.withResolvers<void>();
  engine.launcher.step = async (what) => (what === "stop" ? held.promise : undefined);
  return held;
}
