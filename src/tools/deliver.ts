/** From a tool's answer to what its caller gets: whoever takes it says whether it arrived, and the report that it carried is settled. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Session } from "../session/session.ts";
import type { ToolResult } from "../session/tool-result.ts";
import type { ToolAnswer } from "./tool.ts";

export function deliver({ status, data, text, claimId, committed }: ToolAnswer, session: Session): ToolResult {
  const answer = { status, data, text };
  if (claimId === undefined) return { ...answer, received: nothingToSettle, lost: nothingToSettle };
  const carried = { claimId, committed, handleId: String(data["handle_id"]) };
  return { ...answer, ...settlement(carried, session) };
}

/** Of an answer that carries no report: whoever waits for word of it need not remember it. */
export async function nothingToSettle(): Promise<void> {}

interface Carried {
  readonly claimId: string;
  readonly committed: Promise<void> | undefined;
  readonly handleId: string;
}

/** Apart from the answer, whose text may be large: this may be kept until the end of a connection. */
function settlement(
  { claimId, committed, handleId }: Carried,
  session: Session,
): Pick<ToolResult, "received" | "lost"> {
  const { ledger } = session.parts;
  const settle = async (how: "ack" | "release"): Promise<void> => {
    // A report goes behind what the caller does next: its next command need not wait for the bookkeeping of this one. A claim of the
    // inbox does not: the next look would find it again.
    if (committed !== undefined) await nextTurn();
    await committed;
    const claim = { ...session.reader, claimId };
    // A reader that was fenced, or a store that is closing: the message stays and is delivered again, flagged.
    const known = await ledger[how](claim).catch(() => true);
    if (known || committed === undefined || how === "release") return;
    // It was recorded for the inbox in the moment in which this answer took it: it is taken from there.
    const taken = await ledger.claimHandle({ ...claim, handleId }).catch(() => null);
    if (taken !== null) await ledger.ack(claim).catch(() => false);
  };
  return { received: () => settle("ack"), lost: () => settle("release") };
}
