/** Answers about a command, ended or running: the contract's JSON and the model's text of the same thing. */
import { newId } from "../base/ids.ts";
import type { JsonObject } from "../base/json.ts";
import type { Handle } from "../handle/handle.ts";
import { alias } from "../handle/headline.ts";
import type { Report } from "../handle/report.ts";
import { screenOf } from "../handle/screen-of.ts";
import { observedSnapshot, type Snapshot } from "../handle/snapshot.ts";
import type { ArtifactsState } from "../ledger/ledger.ts";
import { planArtifacts } from "../output/artifacts.ts";
import { renderReport, renderSnapshot } from "../session/report-text.ts";
import type { Session } from "../session/session.ts";
import { inspectionToWire } from "./findings-wire.ts";
import type { ToolAnswer } from "./tool.ts";
import { type ReportWireOptions, reportToWire, snapshotToWire } from "./wire.ts";

export interface EndedOptions extends ReportWireOptions {
  /** Claim that the answer delivers; none when it only repeats what another one delivers. */
  readonly claimId?: string | undefined;
  /** When the ledger knows that claim. */
  readonly committed?: Promise<void>;
  /** Further fields of the answer. */
  readonly extra?: JsonObject;
  /** Instead of the report's status. */
  readonly status?: string;
  readonly artifacts?: ArtifactsState;
}

export function endedAnswer(report: Report, options: EndedOptions = {}): ToolAnswer {
  const { claimId, committed, extra = {}, status, ...wire } = options;
  const data: JsonObject = { ...reportToWire(report, wire), ...extra, ...(status === undefined ? {} : { status }) };
  return {
    status: status ?? String(data["status"]),
    data: { ...data, completed: true },
    text: renderReport(report, { alias: options.alias ?? report.alias }),
    ...deliveryOf({ claimId, committed }),
  };
}

type Delivery = Pick<ToolAnswer, "claimId" | "committed">;

/** What an answer delivers, when it delivers anything. */
export function deliveryOf({
  claimId,
  committed,
}: {
  readonly claimId?: string | undefined;
  readonly committed?: Promise<void> | undefined;
}): Delivery {
  if (claimId === undefined) return {};
  return committed === undefined ? { claimId } : { claimId, committed };
}

export interface RunningOptions {
  readonly maxInlineBytes?: number;
  readonly extra?: JsonObject;
  /** Further facts of the headline, each already harmless. */
  readonly facts?: readonly string[];
  /** A line for a model, before what it can do in any case. */
  readonly advice?: string | null;
}

export async function runningAnswer(
  handle: Handle,
  session: Session,
  options: RunningOptions = {},
): Promise<ToolAnswer> {
  const { clock, artifactsRoot, settings, supervisor } = session.parts;
  const now = await observedSnapshot(handle, clock, options.maxInlineBytes);
  const { directory, child, request } = handle;
  const terminal = child?.terminal ?? null;
  const maxBytes = options.maxInlineBytes ?? request.capture.previewBytes;
  const screen = await screenOf({ directory, terminal, screens: supervisor.screens, onlyDrawn: true, maxBytes });
  const paths = planArtifacts(artifactsRoot, handle.id, request.capture.merge);
  const wire = snapshotToWire(now, paths);
  return {
    status: "running",
    data: {
      ...wire,
      ...(screen === null ? {} : { screen: screen.text, truncated: wire["truncated"] === true || screen.truncated }),
      ...inspectionToWire(request.inspection, handle.id),
      ...options.extra,
    },
    text: [renderSnapshot(now, options.facts, screen), options.advice ?? [], whatNext(now, settings.injectsInbox)]
      .flat()
      .join("\n"),
  };
}

function whatNext(now: Snapshot, injectsInbox: boolean): string {
  const name = alias(now.alias);
  const answer = now.activity?.state === "waiting_on_stdin" ? `answer it: write_stdin ${name}; ` : "";
  const stop = now.phase === "stopping" ? "" : `. Stop: cancel_handle ${name}`;
  return `[${answer}${resultComes(name, injectsInbox)}${stop}]`;
}

/** What the cancel of a call that only waited leaves alone. */
export function goesOn({ alias: number }: { readonly alias: number }): string {
  return `${alias(number)} goes on`;
}

/** How a model gets the result of what goes on; it may have no other tool than these. */
export function resultComes(name: string, injectsInbox: boolean): string {
  return injectsInbox ? "the result arrives by itself; do not poll" : `its result: wait_command ${name}`;
}

/** The report of a handle that ended before, claimed for this answer when nobody has it yet. */
export async function claimFor(session: Session, handleId: string): Promise<string | undefined> {
  const claim = await session.parts.ledger
    .claimHandle({ ...session.reader, handleId, claimId: newId("claim") })
    .catch(() => null);
  return claim?.claimId;
}
