/** One line that says how a handle stands or ended: `[exit 1 · 41s · h7 · 214 lines]`. */
import type { JsonObject } from "../base/json.ts";
import type { Findings } from "../findings/findings.ts";
import type { Receipt } from "../process/receipt.ts";
import { activityFacts } from "./activity-words.ts";
import type { Outcome } from "./cause.ts";
import { count, duration, plain, quoted, size } from "./plain.ts";
import type { Report } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";

export function alias(number: number): string {
  return `h${number}`;
}

export interface HeadlineOptions {
  /** Alias in the reader's session (it differs from the report's after a hand-over). */
  readonly alias?: number;
  /** Lines that are shown below the headline, when fewer than there are. */
  readonly shownLines?: number;
  /** Further facts, each already harmless. */
  readonly facts?: readonly string[];
}

export function reportHeadline(report: Report, options: HeadlineOptions = {}): string {
  const { output } = report;
  const shown = options.shownLines === undefined ? "" : `, ${options.shownLines} shown`;
  const parts = [
    `${verdict(report)} ${report.outcome === "cancelled" ? alias(options.alias ?? report.alias) : ""}`.trim(),
    wasNotStarted(report) ? "not started" : duration(report.durationMs),
    ...(report.outcome === "cancelled" ? [] : [alias(options.alias ?? report.alias)]),
    ...whoAndWhy(report),
    ...operationFacts(report),
    ...findingsFacts(report.findings),
    ...(output.combined.lines > 0 ? [`${count(output.combined.lines, "line")}${shown}`] : ["no output"]),
    ...receiptFacts(report),
    ...caveats(report),
    ...(options.facts ?? []),
  ];
  return `[${parts.join(" · ")}]`;
}

/** Cancelled while somebody was asked whether it may run, say. An operation has no process in any case. */
function wasNotStarted({ outcome, pid, operation }: Report): boolean {
  return outcome === "cancelled" && pid === null && operation == null;
}

export function runningHeadline(now: Snapshot, facts: readonly string[] = []): string {
  const verb = now.phase === "running" || now.phase === "starting" ? "running" : now.phase;
  const parts = [
    `${verb} ${alias(now.alias)}`,
    duration(now.durationMs),
    ...progressFacts(now.progress),
    size(now.bytes),
    ...activityFacts(now.activity),
    ...facts,
  ];
  return `[${parts.join(" · ")}]`;
}

/** `12/50`, `12 done`, and the operation's own words. Records of older versions have none. */
export function progressFacts(progress: JsonObject | null | undefined): string[] {
  if (progress == null) return [];
  const { done, total, message } = progress;
  const numbers = typeof done !== "number" ? [] : [typeof total === "number" ? `${done}/${total}` : `${done} done`];
  return [...numbers, ...(typeof message === "string" && message !== "" ? [plain(message)] : [])];
}

function verdict(report: Report): string {
  switch (report.outcome) {
    case "exited":
      return `exit ${report.exitCode}`;
    case "signaled":
      return `ended by ${report.signal}`;
    case "returned":
      return "done";
    case "timed_out":
      return "timed out";
    case "output_limit":
      return "output limit";
    case "spawn_failed":
      return "could not start";
    default:
      return report.outcome;
  }
}

function whoAndWhy({ outcome, endedBy }: Report): string[] {
  if (byItself(outcome)) return [];
  if (outcome === "cancelled") return [byWhom(endedBy)];
  return endedBy.reason === null ? [] : [plain(endedBy.reason)];
}

/** `by user: "wrong branch"`. */
export function byWhom({ by, reason }: { readonly by: string; readonly reason: string | null }): string {
  return `by ${plain(by, 40)}${reason === null ? "" : `: ${quoted(reason)}`}`;
}

/** Why an operation failed, was abandoned or has no result; what there is to know of the one it has. */
function operationFacts({ operation, outcome, error, result }: Report): string[] {
  if (operation == null) return [];
  const failed = outcome === "spawn_failed" || error === null ? [] : [plain(error, 200)];
  return [...failed, ...(result?.brief?.facts ?? [])];
}

function byItself(outcome: Outcome): boolean {
  return outcome === "exited" || outcome === "signaled" || outcome === "returned" || outcome === "failed";
}

/** `3 failed, 120 passed, 2 skipped`; `2 errors, 5 warnings`. Records of older versions have no findings. */
function findingsFacts(findings: Findings | null | undefined): string[] {
  if (findings == null) return [];
  const partly = notesOf(findings);
  if (findings.kind === "build") {
    const { error, warning } = findings.counts;
    return error + warning === 0 ? [] : [`${count(error, "error")}, ${count(warning, "warning")}${partly}`];
  }
  if (findings.summary === null) return [`no test results found in the output${partly}`];
  const { passed, failed, skipped } = findings.summary;
  if (passed + failed + skipped === 0) return [`no tests ran${partly}`];
  const counts = [`${failed} failed`, `${passed} passed`, ...(skipped === 0 ? [] : [`${skipped} skipped`])];
  return [`${counts.join(", ")}${partly}`];
}

/** What is wrong with the findings, e.g. ` (2 of 3 planned tests have no result)`. */
function notesOf(findings: Findings): string {
  const problem = findings.kind === "tests" && findings.problem !== null ? [plain(findings.problem, 160)] : [];
  const notes = [...(findings.complete ? [] : ["not all of it was read"]), ...problem];
  return notes.length === 0 ? "" : ` (${notes.join(": ")})`;
}

function receiptFacts({ receipt, outcome }: Report): string[] {
  const facts = [];
  const left = receipt.survivors.length;
  if (byItself(outcome) && receipt.found > 0 && left === 0) facts.push(`${count(receipt.found, "leftover")} stopped`);
  if (!byItself(outcome) && receipt.found > 0) facts.push(`${receipt.stopped} stopped, ${left} left`);
  if (left > 0) facts.push(`still alive: ${survivors(receipt)}`);
  if (!receipt.complete) facts.push("the search for processes was cut off by its deadline");
  return facts;
}

function survivors(receipt: Receipt): string {
  return receipt.survivors
    .slice(0, 5)
    .map(({ pid, name, reason }) => `${plain(name, 20)} ${pid} (${reason})`)
    .join(", ");
}

function caveats({ outcome, output, outputIncomplete }: Report): string[] {
  const facts = [];
  if (outputIncomplete) {
    const why = outcome === "lost" ? "nobody read it after the host had died" : "a survivor holds the pipe";
    facts.push(`output may be incomplete: ${why}`);
  }
  if (output.droppedBytes > 0) facts.push(`${size(output.droppedBytes)} dropped at the output limit`);
  if (output.writeError !== null) facts.push(`not all output is on disk: ${plain(output.writeError.errno)}`);
  return facts;
}
