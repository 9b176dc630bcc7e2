/** What the command itself does not tell: who stopped it, what it left behind, what is missing. One line, or nothing. Pure. */

import { oneLine } from "../base/one-line.ts";
import type { CleanupData, RunData } from "./run-data.ts";
import { count, duration } from "./text.ts";

export function summaryOf(data: RunData): string | null {
  const facts = [ending(data), findings(data), leftovers(data), caveats(data)].filter((fact) => fact !== null);
  return facts.length === 0 ? null : facts.join("; ");
}

function ending({ outcome, ended_by: by, duration_ms: ms, process_cleanup: cleanup }: RunData): string | null {
  switch (outcome) {
    case "cancelled":
      return stopped(cleanup);
    case "timed_out":
      return `timed out after ${duration(ms)}: ${stopped(cleanup)}`;
    case "output_limit":
      return `${oneLine(by.reason ?? "too much output")}: ${stopped(cleanup)}`;
    case "lost":
      return "the command was lost";
    default:
      return null;
  }
}

function findings(data: RunData): string | null {
  const { result_handle: results, diagnostic_counts: counts, diagnostics_complete: isComplete } = data;
  if (counts !== undefined) {
    const partly = isComplete === false ? ` (${notRead})` : "";
    return counts.error + counts.warning === 0 && isComplete !== false
      ? null
      : `${count(counts.error, "error")}, ${count(counts.warning, "warning")}${partly}`;
  }
  return results === undefined ? null : `${testCounts(data)}${testNotes(data)}`;
}

const notRead = "not all of it was read";

function testCounts({ summary }: RunData): string {
  if (summary === undefined) return "no test results found in the output";
  const { passed, failed, skipped } = summary;
  if (passed + failed + skipped === 0) return "no tests ran";
  return [`${failed} failed`, `${passed} passed`, ...(skipped === 0 ? [] : [`${skipped} skipped`])].join(", ");
}

function testNotes({ results_complete: isComplete, results_problem: problem }: RunData): string {
  const notes = [...(isComplete === false ? [notRead] : []), ...(problem == null ? [] : [oneLine(problem)])];
  return notes.length === 0 ? "" : ` (${notes.join(": ")})`;
}

/** `stopped sleep and 5 more, nobody is left`. */
function stopped({ processes, stopped_count: number, survivors }: CleanupData): string {
  const [first] = processes;
  const others = number > 1 ? ` and ${number - 1} more` : "";
  const killed = processes.filter(({ signals }) => signals.includes("SIGKILL")).length;
  const force = killed === 0 ? "" : ` (${killed === number ? "" : `${killed} of them `}by SIGKILL)`;
  const who = first === undefined || number === 0 ? "" : ` ${oneLine(first.command_name)}${others}${force}`;
  const left = survivors.length === 0 ? "nobody is left" : `still alive: ${names(survivors)}`;
  return `stopped${who}, ${left}`;
}

/** Of a command that ended by itself. */
function leftovers({ outcome, process_cleanup: cleanup }: RunData): string | null {
  if ((outcome !== "exited" && outcome !== "signaled") || cleanup.found_count === 0) return null;
  const { survivors, stopped_count: number } = cleanup;
  const kept = survivors.filter(({ reason }) => reason === "kept");
  const alive = survivors.filter(({ reason }) => reason !== "kept");
  const facts = [
    ...(number > 0 ? [`stopped ${count(number, "leftover")} (${names(cleanup.processes.filter(wasSignalled))})`] : []),
    ...(kept.length > 0 ? [`kept ${names(kept)}`] : []),
    ...(alive.length > 0 ? [`still alive: ${names(alive)}`] : []),
  ];
  return facts.length === 0 ? null : facts.join(", ");
}

function caveats(data: RunData): string | null {
  const { output_incomplete: incomplete, process_cleanup: cleanup, outcome, write_error: failure } = data;
  const facts = [
    ...(failure === null ? [] : [`the history does not have all of the output (${oneLine(failure.errno)})`]),
    ...(incomplete ? ["the output may be incomplete: somebody who is left still holds it"] : []),
    ...(cleanup.complete || outcome === "spawn_failed" ? [] : ["the search for processes was cut off by its deadline"]),
  ];
  return facts.length === 0 ? null : facts.join(", ");
}

function wasSignalled({ signals }: { readonly signals: readonly string[] }): boolean {
  return signals.length > 0;
}

/** More than this nobody reads on one line; `--json` has them all. */
const mostNames = 4;

function names(processes: readonly { readonly pid: number; readonly command_name: string }[]): string {
  const shown = processes.slice(0, mostNames).map(({ pid, command_name: name }) => `${oneLine(name)} ${pid}`);
  const more = processes.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}
