/** From a tool's name and input to its result: look up, validate, open the call, run, settle the delivery. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { asLonghandError, LonghandError } from "../base/errors.ts";
import { spellingHint } from "../base/nearest.ts";
import type { CallOptions } from "../session/call-options.ts";
import type { Session } from "../session/session.ts";
import type { ToolResult } from "../session/tool-result.ts";
import { parseInput } from "./input.ts";
import type { Tool, ToolAnswer } from "./tool.ts";

export type Dispatch = (session: Session, name: string, input: unknown, options: CallOptions) => Promise<ToolResult>;

/** Rejects with a `LonghandError` that names the tool. */
export function createDispatch(tools: readonly Tool[]): Dispatch {
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return async (session, name, input, options) => {
    const tool = byName.get(name);
    if (tool === undefined) throw unknownTool(name, [...byName.keys()]);
    const parsed = parseInput(tool.input, input ?? {}, name);
    using call = session.parts.calls.open(session.id, name, options);
    try {
      const liveOutput = options.onOutput ?? null;
      const { requestId, streams = {} } = options;
      const answer = await tool.run(parsed, { session, call, liveOutput, streams, requestId });
      return resultOf(answer, session);
    } catch (error) {
      throw asLonghandError(error).inTool(name);
    }
  };
}

function resultOf({ status, data, text, claimId, committed }: ToolAnswer, session: Session): ToolResult {
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

function unknownTool(name: string, known: readonly string[]): LonghandError {
  return new LonghandError("not_found", `no tool ${JSON.stringify(name)}; ${spellingHint(name, known)}`, {
    details: { expected: known.join(" | "), got: name },
  });
}
