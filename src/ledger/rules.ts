/** What both stores must judge alike: kinds, sizes, names, and how a new message becomes a record. Pure. */
import type { HandleRecord, MessageRecord, NewMessage } from "./ledger.ts";

/** At 4 KiB a message this is 40 MB of unread mail: nobody reads it any more, and refusing new work is the honest answer. */
export const defaultMaxUnreadPerSession = 10_000;

export const progressKind = "tool_progress";
/** The kind of a handle's one terminal message. */
export const resultKind = "tool_result";
const noticeKind = "notice";

/** Terminal messages are never dropped, whatever the bound says, and wake an agent. */
export function isTerminal(kind: string): boolean {
  return kind === resultKind || kind === noticeKind;
}

/** A rendered message shows at most this much of its body... */
const shownBodyBytes = 4_096;
/** ...and about this much of header and fence. */
const renderedFrameBytes = 300;

/** What a message counts against the `maxBytes` of a claim. */
export function claimBytes(bodyJsonBytes: number): number {
  return Math.min(bodyJsonBytes, shownBodyBytes) + renderedFrameBytes;
}

/** How many of these messages (in delivery order) one claim takes: at least one, whatever its size. */
export function countWithin(
  sizes: readonly number[],
  { maxMessages, maxBytes }: { maxMessages: number; maxBytes: number },
): number {
  let bytes = 0;
  let count = 0;
  for (const size of sizes) {
    if (count > 0 && (count >= maxMessages || bytes + size > maxBytes)) break;
    bytes += size;
    count += 1;
  }
  return count;
}

/** The number in an alias (`h7`), or null when the name is none. */
export function aliasNumber(name: string): number | null {
  const digits = /^h([1-9][0-9]{0,14})$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

/** The record of a message at its place. Call id and label default to those of its handle. */
export function composeMessage(
  message: NewMessage,
  place: {
    readonly sessionId: string;
    readonly sequence: number;
    readonly handleId: string | null;
    readonly handle: HandleRecord | null;
  },
): MessageRecord {
  const { sessionId, sequence, handleId, handle } = place;
  return {
    messageId: message.messageId,
    sessionId,
    sequence,
    kind: message.kind,
    priority: message.priority ?? 0,
    handleId,
    alias: aliasWithin(handle, sessionId),
    callId: message.callId === undefined ? (handle?.callId ?? null) : message.callId,
    label: message.label === undefined ? (handle?.label ?? null) : message.label,
    createdAt: message.createdAt,
    redelivered: false,
    body: message.body,
  };
}

/** The handle's short name in a session, when it is that session's. */
export function aliasWithin(handle: HandleRecord | null, sessionId: string): number | null {
  return handle?.sessionId === sessionId ? handle.alias : null;
}

/** A limit as both stores take it: a whole number of rows. */
export function rowLimit(limit: number): number {
  return Math.min(Math.max(0, Math.floor(limit)), Number.MAX_SAFE_INTEGER);
}
