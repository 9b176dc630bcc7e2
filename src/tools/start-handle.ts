/** One way to start what a call asked for: placed, started and followed, with an answer that carries its report. */
import { isLonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { Cause } from "../handle/cause.ts";
import type { Handle } from "../handle/handle.ts";
import type { HandleRequest } from "../handle/request.ts";
import { keyboardOf, passBytes } from "../session/call-streams.ts";
import { followOutput } from "../session/live-output.ts";
import type { Session } from "../session/session.ts";
import { claimFor, endedAnswer } from "./answer.ts";
import { resolveHandle } from "./resolve-handle.ts";
import type { ToolAnswer, ToolContext } from "./tool.ts";

export type StartedHandle =
  | {
      readonly kind: "started";
      readonly handle: Handle;
      /** The claim under which the answer carries the report. */
      readonly claimId: string;
      /** A repeat of a request that runs: the handle is that of the first. */
      readonly joined: boolean;
    }
  /** A repeat of a request that has ended: its report is the answer again. */
  | { readonly kind: "repeated"; readonly answer: ToolAnswer };

/** Rejects as `supervisor.start` does: then nothing runs. */
export async function startHandle(request: HandleRequest, context: ToolContext): Promise<StartedHandle> {
  const { session, call } = context;
  const { supervisor, ledger } = session.parts;
  // The answer carries the report, or the error of a start that failed: either way nothing is left for the inbox.
  const claimId = newId("claim");
  const unwanted = (): Cause | null => call.cancelled && { kind: "cancel", ...call.cancelled };
  const placed = Promise.withResolvers<Handle>();
  let handle: Handle;
  try {
    handle = await supervisor.start(request, { unwanted, answer: claimId, onPlaced: placed.resolve });
  } catch (error) {
    const answer = await answerOfRepeat(error, session);
    if (answer !== null) return { kind: "repeated", answer };
    const ack = (): Promise<boolean> => ledger.ack({ ...session.reader, claimId });
    // The error does not wait for a store that fails; one that was never placed has nothing to acknowledge.
    void placed.promise.then(({ committed }) => committed.then(ack)).catch(() => false);
    throw error;
  }
  follow(handle, context);
  return { kind: "started", handle, claimId, joined: handle.id !== request.handleId };
}

/** The same request was placed before and has ended: its report is the answer again. */
async function answerOfRepeat(error: unknown, session: Session): Promise<ToolAnswer | null> {
  if (!isLonghandError(error) || error.kind !== "conflict" || typeof error.details?.["handle_id"] !== "string")
    return null;
  const found = await resolveHandle(session, error.details["handle_id"]).catch(() => null);
  if (found?.where !== "ended") return null;
  const { record, report } = found;
  const claimId = await claimFor(session, record.handleId);
  const claim = claimId === undefined ? {} : { claimId };
  return endedAnswer(report, { ...claim, alias: record.alias, artifacts: record.artifacts });
}

/** Live output goes on after the call was answered, until the command ends. */
function follow(handle: Handle, { liveOutput, streams, session }: ToolContext): void {
  if (streams.onBytes !== undefined) passBytes(handle, streams.onBytes);
  const keyboard = streams.onTerminal === undefined ? null : keyboardOf(handle);
  try {
    if (keyboard !== null) streams.onTerminal?.(keyboard);
  } catch {
    // A listener's fault is not the command's, which runs, and has a report to come.
  }
  if (liveOutput === null || handle.recorder === null) return;
  const following = followOutput(handle.recorder, session.parts.clock, liveOutput);
  void handle.ended.then(() => following[Symbol.dispose]());
}
