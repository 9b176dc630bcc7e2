/** What the whole output of a command says of tests or a build: read when the artifacts are closed, before the report is recorded. */
import type { Clock } from "../base/clock.ts";
import type { Findings } from "../findings/findings.ts";
import type { OutputSummary } from "../output/summary.ts";
import type { Handle } from "./handle.ts";

/** Never rejects: what cannot be understood is said in the findings. */
export async function inspect(handle: Handle, _output: OutputSummary, _clock: Clock): Promise<Findings | null> {
  const { inspection } = handle.request;
  return inspection === null ? null : null;
}
