/** Where the output of a handle is searched, and how its answers are made: it runs here, runs under another host, or has ended. */
import { LonghandError } from "../base/errors.ts";
import { newId } from "../base/ids.ts";
import { alias } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import { outputOf, type WatchedOutput } from "../handle/wait-for-output.ts";
import type { HandleRecord } from "../ledger/ledger.ts";
import { planArtifacts } from "../output/artifacts.ts";
import type { Session } from "../session/session.ts";
import { claimFor, deliveryOf, endedAnswer, runningAnswer } from "./answer.ts";
import { elsewhereAnswer } from "./elsewhere.ts";
import type { ResolvedHandle } from "./resolve-handle.ts";
import type { ToolAnswer } from "./tool.ts";
import { carriedReport } from "./wait-for-report.ts";

export interface OutputToWatch {
  readonly handleId: string;
  readonly number: number;
  readonly startedAt: number;
  readonly merged: boolean;
  readonly hasEnded: () => boolean;
  readonly output: WatchedOutput;
  /** Its report, which this answer delivers when nobody else has. Once it has ended. */
  end(): Promise<ToolAnswer>;
  /** How it stands: delivers nothing. */
  now(): Promise<ToolAnswer>;
}

/** Another host's handle wakes nobody here when it prints. */
const elsewherePollMs = 500;

/** Throws `not_found` when the output is no longer kept. */
export function outputToWatch(session: Session, found: ResolvedHandle): OutputToWatch {
  if (found.where === "here") {
    const { handle } = found;
    return {
      handleId: handle.id,
      number: handle.alias,
      startedAt: handle.startedAt,
      merged: handle.request.capture.merge,
      hasEnded: () => handle.phase === "ended",
      output: outputOf(handle),
      async end() {
        const carried = await carriedReport(handle, session, newId("claim"));
        return endedAnswer(carried.report, deliveryOf(carried));
      },
      now: async () => (handle.phase === "ended" ? endedAnswer(await handle.ended) : runningAnswer(handle, session)),
    };
  }
  const { record } = found;
  requireOutput(record);
  return found.where === "ended" ? ofEnded(session, record, found.report) : ofElsewhere(session, record);
}

function ofEnded(session: Session, record: HandleRecord, report: Report): OutputToWatch {
  return {
    ...factsOf(record, report.startedAt),
    merged: report.mergedStderr,
    hasEnded: () => true,
    output: { ...placeOf(session, record), follow: () => null, hasEnded: () => true, pollMs: Number.POSITIVE_INFINITY },
    end: () => claimedReport(session, record, report),
    now: async () => endedAnswer(report, { alias: record.alias, artifacts: record.artifacts }),
  };
}

function ofElsewhere(session: Session, record: HandleRecord): OutputToWatch {
  const { ledger } = session.parts;
  let report: Report | null = null;
  return {
    ...factsOf(record, record.createdAt),
    merged: record.spec["merged"] === true,
    hasEnded: () => report !== null,
    output: {
      ...placeOf(session, record),
      follow: (wake) => ledger.onWake(`inbox:${record.sessionId}`, wake),
      async hasEnded() {
        const now = report === null ? await ledger.get({ handleId: record.handleId }) : null;
        report ??= (now?.report ?? null) as unknown as Report | null;
        return report !== null;
      },
      pollMs: elsewherePollMs,
    },
    end: async () => (report === null ? elsewhereAnswer(record) : claimedReport(session, record, report)),
    now: async () => (report === null ? elsewhereAnswer(record) : endedAnswer(report, { alias: record.alias })),
  };
}

async function claimedReport(session: Session, record: HandleRecord, report: Report): Promise<ToolAnswer> {
  const claimId = await claimFor(session, record.handleId);
  return endedAnswer(report, { claimId, alias: record.alias, artifacts: record.artifacts });
}

function factsOf({ handleId, alias: number }: HandleRecord, startedAt: number) {
  return { handleId, number, startedAt };
}

function placeOf(session: Session, { handleId }: HandleRecord) {
  const { artifactsRoot, supervisor } = session.parts;
  return { directory: planArtifacts(artifactsRoot, handleId, false).directory, searchTurns: supervisor.searchTurns };
}

/** What never started printed nothing, and is found to have printed nothing: only what was freed cannot be told. */
function requireOutput(record: HandleRecord): void {
  const { artifacts } = record;
  if (artifacts !== "expired") return;
  const message = `${alias(record.alias)}: its output was freed by retention (artifacts: expired)`;
  throw new LonghandError("not_found", message, { param: "handle_id", details: { artifacts } });
}
