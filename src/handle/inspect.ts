/** What the whole output of a command says of tests or a build: read when the artifacts are closed, before the report is recorded. */
import type { Findings, Inspection } from "../findings/findings.ts";
import type { OutputSummary } from "../output/summary.ts";

export interface ToInspect {
  /** Null: nothing is looked for. */
  readonly inspection: Inspection | null;
  readonly output: OutputSummary;
  /** Of the artifacts. */
  readonly directory: string;
  /** By the clock on the wall: a report that is older was not written by this command. */
  readonly startedAt: number;
  /** After this what is known is the answer. Default 30 s. */
  readonly deadlineMs?: number;
}

/** Never rejects: what cannot be understood is said in the findings. */
export async function inspect({
  inspection,
  output,
  directory,
  startedAt,
  ...bounds
}: ToInspect): Promise<Findings | null> {
  if (inspection === null) return null;
  const artifacts = { stdout: output.stdout.path, stderr: output.stderr.path };
  // Loaded when it is asked for: most runtimes never run a test.
  if (inspection.kind === "build") {
    const { readDiagnostics } = await import("../findings/read-diagnostics.ts");
    const found = await readDiagnostics({ inspection, ...artifacts, ...bounds });
    return { ...found, complete: found.complete && cutOf(output) === null };
  }
  const { readTests } = await import("../findings/read-tests.ts");
  return readTests({ inspection, ...artifacts, outputCut: cutOf(output), directory, startedAt, ...bounds });
}

/** Why what was printed is not all in the artifacts. */
function cutOf({ droppedBytes, writeError }: OutputSummary): string | null {
  if (writeError !== null) return `not all output is on disk: ${writeError.errno}`;
  return droppedBytes > 0 ? "the output was cut at its limit" : null;
}
