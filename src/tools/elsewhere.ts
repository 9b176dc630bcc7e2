/** A handle that runs under another host of the same ledger: what is known of it, and waiting for its record. */
import type { JsonObject } from "../base/json.ts";
import { alias } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import type { ToolAnswer } from "./tool.ts";
import { recordToWire } from "./wire.ts";

/** A hint may be lost; then the ledger is asked again after this long. */
const askAgainMs = 1_000;

/** The report once it is recorded; null when `ms` passed or the call was cancelled first. */
export async function reportFromElsewhere(
  session: Session,
  record: HandleRecord,
  { call, ms }: { readonly call: Call; readonly ms: number },
): Promise<Report | null> {
  const { ledger, clock } = session.parts;
  const deadline = clock.monotonic() + ms;
  let woken = Promise.withResolvers<void>();
  const onAbort = (): void => woken.resolve();
  call.signal.addEventListener("abort", onAbort, { once: true });
  using _listening = { [Symbol.dispose]: () => call.signal.removeEventListener("abort", onAbort) };
  for (;;) {
    // Subscribed before the look, so that an end in between is not missed.
    woken = Promise.withResolvers<void>();
    using _subscription = ledger.onWake(`inbox:${record.sessionId}`, woken.resolve);
    const now = await ledger.get({ handleId: record.handleId });
    if (now?.report != null) return now.report as unknown as Report;
    const left = deadline - clock.monotonic();
    if (left <= 0 || call.signal.aborted) return null;
    const timer = clock.after(Math.min(left, askAgainMs), woken.resolve);
    await woken.promise;
    timer.cancel();
  }
}

export function elsewhereAnswer(record: HandleRecord, extra: JsonObject = {}): ToolAnswer {
  return {
    status: "running",
    data: { ...recordToWire(record), completed: false, timed_out: false, ...extra },
    text: `[running ${alias(record.alias)} · under another host]`,
  };
}
