/** The diagnostics of a build, from everything that it printed. */
import { type Clock, systemClock } from "../base/clock.ts";
import { createCollector } from "./diagnostics/collector.ts";
import { longestJsonLine, parserOf } from "./diagnostics/formats.ts";
import type { Report } from "./diagnostics/parser.ts";
import type { BuildFindings, Inspection } from "./findings.ts";
import { eachLine } from "./lines.ts";

/** A gigabyte of ordinary build output takes less; whoever prints more gets what was found by then, and is told. */
const defaultDeadlineMs = 30_000;

export interface ReadDiagnosticsOptions {
  readonly inspection: Extract<Inspection, { readonly kind: "build" }>;
  /** The artifacts; null when there is none, e.g. because the output was merged or not captured. */
  readonly stdout: string | null;
  readonly stderr: string | null;
  /** For both together. Default 30,000. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

/** Never rejects: what could not be read makes the findings incomplete. Memory stays flat, and the event loop is given its turns. */
export async function readDiagnostics(options: ReadDiagnosticsOptions): Promise<BuildFindings> {
  const { inspection, clock = systemClock, deadlineMs = defaultDeadlineMs } = options;
  const collector = createCollector();
  const end = clock.monotonic() + deadlineMs;
  const stop = (): boolean => clock.monotonic() >= end;
  let complete = true;
  for (const path of [options.stdout, options.stderr]) {
    if (path !== null && !(await readOne(path, inspection.format, collector.report, stop))) complete = false;
  }
  return { kind: "build", diagnostics: collector.list(), counts: collector.counts(), complete };
}

async function readOne(
  path: string,
  format: ReadDiagnosticsOptions["inspection"]["format"],
  report: Report,
  stop: () => boolean,
): Promise<boolean> {
  // Each stream has its own context: what one says does not end in the other.
  const parser = parserOf(format, report);
  try {
    const end = await eachLine(path, { maxLineBytes: longestJsonLine, stop }, (line) => void parser.line(line));
    parser.end?.();
    return end === "end";
  } catch {
    // The build itself is over and has its result; a file that cannot be read only means that its findings lack something.
    parser.end?.();
    return false;
  }
}
