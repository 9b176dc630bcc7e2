/** What the whole output of a command says of tests or a build: read when the artifacts are closed, before the report is recorded. */
import type { Findings, Inspection } from "../findings/findings.ts";
import { readDiagnostics } from "../findings/read-diagnostics.ts";
import { readTests } from "../findings/read-tests.ts";
import type { OutputSummary } from "../output/summary.ts";

export interface ToInspect {
  /** Null: nothing is looked for. */
  readonly inspection: Inspection | null;
  readonly output: OutputSummary;
  /** Of the artifacts. */
  readonly directory: string;
  /** After this what is known is the answer. Default 30 s. */
  readonly deadlineMs?: number;
}

/** Never rejects: what cannot be understood is said in the findings. */
export async function inspect({ inspection, output, directory, ...bounds }: ToInspect): Promise<Findings | null> {
  if (inspection === null) return null;
  const artifacts = { stdout: output.stdout.path, stderr: output.stderr.path };
  return inspection.kind === "tests"
    ? await readTests({ inspection, ...artifacts, directory, ...bounds })
    : await readDiagnostics({ inspection, ...artifacts, ...bounds });
}
