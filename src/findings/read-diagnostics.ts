/** The diagnostics of a build, from everything that it printed. */
import { createCollector } from "./diagnostics/collector.ts";
import { longestJsonLine, parserOf } from "./diagnostics/formats.ts";
import type { Report } from "./diagnostics/parser.ts";
import type { BuildFindings, Inspection } from "./findings.ts";
import { eachLine } from "./lines.ts";
import { ReadingLane } from "./reading-lane.ts";
import { type ReadingLimits, ReadingTime } from "./reading-time.ts";

export interface ReadDiagnosticsOptions extends ReadingLimits {
  readonly inspection: Extract<Inspection, { readonly kind: "build" }>;
  /** The artifacts; null when there is none, e.g. because the output was merged or not captured. */
  readonly stdout: string | null;
  readonly stderr: string | null;
  /** Shared with the others of the runtime. */
  readonly lane?: ReadingLane;
}

/** Never rejects: what could not be read makes the findings incomplete. Memory stays flat, and the event loop is given its turns. */
export async function readDiagnostics(options: ReadDiagnosticsOptions): Promise<BuildFindings> {
  const { inspection, lane = new ReadingLane(), hurry } = options;
  using _place = await lane.enter(hurry);
  const collector = createCollector();
  const time = new ReadingTime(options, lane.pace);
  let complete = true;
  for (const path of [options.stdout, options.stderr]) {
    if (path !== null && !(await readOne(path, inspection.format, collector.report, time))) complete = false;
  }
  return { kind: "build", diagnostics: collector.list(), counts: collector.counts(), complete };
}

async function readOne(
  path: string,
  format: ReadDiagnosticsOptions["inspection"]["format"],
  report: Report,
  time: ReadingTime,
): Promise<boolean> {
  // Each stream has its own context: what one says does not end in the other.
  const parser = parserOf(format, report);
  try {
    const options = { maxLineBytes: longestJsonLine, time, stop: () => time.isOver };
    const end = await eachLine(path, options, (line) => void parser.line(line));
    parser.end?.();
    return end === "end";
  } catch {
    // The build itself is over and has its result; a file that cannot be read only means that its findings lack something.
    parser.end?.();
    return false;
  }
}
