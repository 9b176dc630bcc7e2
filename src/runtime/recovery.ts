/** After a start: hosts that died without closing. Their trees are ended and each of their handles is reported `lost`, once. */
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { ReadingLane } from "../findings/reading-lane.ts";
import type { Ladders } from "../handle/ladders.ts";
import { lostReport } from "../handle/lost-report.ts";
import type { HandleRecord, HostIdentity, HostTicket, Ledger } from "../ledger/ledger.ts";
import type { Mark } from "../process/mark.ts";
import type { Trees } from "../process/process-tree.ts";
import { judge } from "./host-identity.ts";
import { removeRuntimeDirectory } from "./runtime-directory.ts";

export interface RecoveryOptions {
  readonly ledger: Ledger;
  readonly ticket: HostTicket;
  readonly identity: HostIdentity;
  readonly clock: Clock;
  readonly trees: Trees;
  readonly ladders: Ladders;
  readonly artifactsRoot: string;
  readonly readings: ReadingLane;
  /** Where hosts make their runtime directories. */
  readonly runtimeParent: string;
}

/** The start of a host waits for what can be found in the outputs: of all handles together. */
const readingMs = 3_000;

/** Resolves with the number of handles that were reported lost. */
export async function recover(options: RecoveryOptions): Promise<number> {
  const { ledger, ticket, identity } = options;
  const hurry = AbortSignal.timeout(readingMs);
  let lost = 0;
  for (const host of await ledger.hosts()) {
    if (!host.alive || host.hostId === ticket.hostId || judge(host.identity, identity) !== "dead") continue;
    const handles = await ledger.adopt({ deadHostId: host.hostId, by: ticket });
    const sameBoot = host.identity.bootId === identity.bootId;
    // Together: their searches share walks of /proc.
    await Promise.all(handles.map((handle) => reportLost(handle, sameBoot, { ...options, hurry })));
    removeRuntimeDirectory(options.runtimeParent, host.hostId);
    lost += handles.length;
  }
  return lost;
}

interface LostOptions extends RecoveryOptions {
  readonly hurry: AbortSignal;
}

async function reportLost(handle: HandleRecord, sameBoot: boolean, options: LostOptions): Promise<void> {
  const { ledger, ticket, clock, trees, ladders, artifactsRoot, readings: lane, hurry } = options;
  // An operation has none: it died with its host.
  const mark = (handle.spec["mark"] ?? null) as unknown as Mark | null;
  // After a reboot nothing of it can run, and its mark means nothing any more.
  const receipt = sameBoot && mark !== null ? await trees.sweepMark(mark, ladders.cancel) : null;
  const report = await lostReport(handle, { receipt, endedAt: clock.now(), artifactsRoot, lane, hurry });
  const body = report as unknown as JsonObject;
  await ledger.record({
    handleId: handle.handleId,
    ticket,
    report: body,
    message: {
      messageId: newId("message"),
      kind: "tool_result",
      callId: handle.callId,
      label: handle.label,
      createdAt: report.endedAt,
      body,
    },
    artifacts: handle.artifacts === "expired" ? "expired" : "kept",
    endedAt: report.endedAt,
    answer: null,
    durable: true,
  });
}
