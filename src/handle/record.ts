/** Committing a report together with its inbox message, whatever the store is going through. */
import { type Clock, sleep } from "../base/clock.ts";
import { isLonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { HostTicket, Ledger, RecordRequest } from "../ledger/ledger.ts";
import type { Handle } from "./handle.ts";
import type { Report } from "./report.ts";

export interface RecordOptions {
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly clock: Clock;
  /** Called once when the first try failed: whoever waits should get the report without the store. */
  readonly onDelay: () => void;
}

const firstPauseMs = 50;
/** A full disk is emptied by people; there is no hurry then. */
const longestPauseMs = 5_000;

/** True when it is committed (or was before). False when the store was closed or the host is fenced: somebody else reports it. */
export async function record(handle: Handle, report: Report, options: RecordOptions): Promise<boolean> {
  const { ledger, clock } = options;
  const messageId = newId("message");
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      const { status } = await ledger.record(recordRequest(handle, report, messageId, options.ticket));
      return status !== "fenced";
    } catch (error) {
      if (isLonghandError(error) && error.kind === "closed") return false;
    }
    // Whoever waits by now is answered without the store: this answer is the delivery, so it stays the carrier.
    handle.takeCarrier();
    options.onDelay();
    await sleep(clock, pauseMs);
  }
}

function recordRequest(handle: Handle, report: Report, messageId: string, ticket: HostTicket): RecordRequest {
  const answer = handle.takeCarrier();
  const body = report as unknown as JsonObject;
  return {
    handleId: handle.id,
    ticket,
    report: body,
    message: {
      messageId,
      kind: "tool_result",
      callId: report.callId,
      label: report.label,
      createdAt: report.endedAt,
      body,
    },
    artifacts: report.output.hashOmitted === "never_started" ? "none" : "kept",
    endedAt: report.endedAt,
    answer,
    // An answer is on its way to the caller already: only what waits in the inbox has to survive a power cut.
    durable: answer === null,
  };
}
