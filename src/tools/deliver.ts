/** From a tool's answer to what its caller gets: whoever takes it says whether it arrived, and the report that it carried is settled. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Session } from "../session/session.ts";
import type { ToolResult } from "../session/tool-result.ts";
import type { ToolAnswer } from "./tool.ts";

export function deliver({ status, data, text, claimId, committed }: ToolAnswer, session: Session): ToolResult {
  const { ledger } = session.parts;
  const settle = async (how: "ack" | "release"): Promise<void> => {
    if (claimId === undefined) return;
    // A report goes behind what the caller does next: its next command need not wait for the bookkeeping of this one. A claim of the
    // inbox does not: the next look would find it again.
    if (committed !== undefined) await nextTurn();
    await committed;
    const claim = { ...session.reader, claimId };
    // A reader that was fenced, or a store that is closing: the message stays and is delivered again, flagged.
    const known = await ledger[how](claim).catch(() => true);
    if (known || committed === undefined || how === "release") return;
    // It was recorded for the inbox in the moment in which this answer took it: it is taken from there.
    const taken = await ledger.claimHandle({ ...claim, handleId: String(data["handle_id"]) }).catch(() => null);
    if (taken !== null) await ledger.ack(claim).catch(() => false);
  };
  return { status, data, text, received: () => settle("ack"), lost: () => settle("release") };
}
