/** Live output of one call as notifications. A client that reads too slowly sees a gap, and its length. */

import type { Peer } from "../rpc/peer.ts";
import type { LiveOutput } from "../session/live-output.ts";

export function toolOutput(peer: Peer, sessionId: string, callId: string): LiveOutput {
  /** By stream, the offset from which nothing was shown since. */
  const gaps = new Map<string, number>();
  return ({ stream, offset, text, skipped }) => {
    const shownUpTo = gaps.get(stream) ?? offset - skipped;
    const params = { session_id: sessionId, call_id: callId, stream, offset, text, skipped: offset - shownUpTo };
    if (peer.offer("tool/output", params)) gaps.delete(stream);
    else gaps.set(stream, shownUpTo);
  };
}
