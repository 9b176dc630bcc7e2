/** The one way to cancel one call, whoever asks: the library, a tool, a bridge, an adapter. */
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { plain, quoted } from "../handle/plain.ts";
import { within } from "../handle/supervise.ts";
import type { Ledger, Reader } from "../ledger/ledger.ts";
import type { Call, Canceller } from "./call.ts";
import type { CallRegistry } from "./calls.ts";
import { type CancelCallOptions, checkedCancel } from "./cancel-options.ts";

/** `timeout`: it is cancelled, and had not been answered when `timeoutMs` had passed. */
export type CancelStatus = "cancelled" | "already_cancelled" | "not_found" | "timeout";

export interface CancelOutcome {
  readonly status: CancelStatus;
  /** Null when there is no such call in flight. */
  readonly tool: string | null;
  /** Of the first who cancelled it. */
  readonly reason: string | null;
}

/** What cancelling needs of a session. */
export interface CallOwner {
  readonly reader: Reader;
  readonly parts: { readonly calls: CallRegistry; readonly ledger: Ledger; readonly clock: Clock };
}

/** A store that is slow must not hold up who cancels: the reminder follows, before whatever is asked of the inbox after it. */
const patienceMs = 5;

/**
 * The call is cancelled in the same tick; one of a later reader is not found. Rejects with `invalid_parameter` and nothing else, and then nothing is cancelled; a store that fails
 * loses the reminder, not the cancel.
 */
export async function cancelCall(
  session: CallOwner,
  callId: string,
  options: CancelCallOptions = {},
): Promise<CancelOutcome> {
  const { by, reason, injectReminder, timeoutMs, force } = checkedCancel(callId, options);
  const { sessionId, readerEpoch } = session.reader;
  const call = session.parts.calls.get(sessionId, callId, readerEpoch);
  if (call === undefined) return { status: "not_found", tool: null, reason: null };
  if (force) call.force();
  const isFirst = call.cancel({ by, reason, injectReminder });
  const unwound = isUnwound(call, timeoutMs, session.parts.clock);
  if (isFirst && injectReminder) await within(remind(session, call, { by, reason }), patienceMs, session.parts.clock);
  const outcome = { tool: call.tool, reason: call.cancelled?.reason ?? null };
  if (timeoutMs > 0 && !(await unwound)) return { status: "timeout", ...outcome };
  return { status: isFirst ? "cancelled" : "already_cancelled", ...outcome };
}

async function isUnwound(call: Call, timeoutMs: number, clock: Clock): Promise<boolean> {
  if (timeoutMs > 0) await within(call.completed, timeoutMs, clock);
  return call.isCompleted;
}

/** Before what is older: an agent that reads its inbox should know this first. */
const reminderPriority = 1;

async function remind({ reader, parts }: CallOwner, call: Call, { by, reason }: Canceller): Promise<void> {
  const who = `by ${plain(by, 40)}${reason === null ? "" : `: ${quoted(reason, 250)}`}`;
  const body = {
    tag: "tool_call_cancelled",
    call_id: call.id,
    tool: call.tool,
    by,
    reason,
    // Fits the 500 characters that a mail shows of a notice.
    text: `the call ${quoted(call.id ?? "")} of ${plain(call.tool)} was cancelled ${who}; its answer says what was done until then`,
  };
  const message = {
    messageId: newId("message"),
    kind: "notice",
    priority: reminderPriority,
    callId: call.id,
    createdAt: parts.clock.now(),
    body,
  };
  // The answer of the call says it too.
  await parts.ledger.post({ sessionId: reader.sessionId, handleId: null, message, durable: false }).catch(() => null);
}
