/** What the whole output of a command says of tests or a build: read when the artifacts are closed, before the report is recorded. */
import { asLonghandError } from "../base/errors.ts";
import type { Findings, Inspection } from "../findings/findings.ts";
import type { ReadingLane } from "../findings/reading-lane.ts";
import type { OutputSummary } from "../output/summary.ts";

export interface ToInspect {
  /** Null: nothing is looked for. */
  readonly inspection: Inspection | null;
  readonly output: OutputSummary;
  /** Of the artifacts. */
  readonly directory: string;
  /** By the clock on the wall: a report that is older was not written by this command. */
  readonly startedAt: number;
  /** Shared with the others of the runtime. */
  readonly lane: ReadingLane;
  /** Aborted when somebody asked for the end: what is found soon is the answer. */
  readonly hurry: AbortSignal;
}

/** Loaded when it is asked for: most runtimes never run a test. */
export interface Readers {
  readonly diagnostics: () => Promise<Pick<typeof import("../findings/read-diagnostics.ts"), "readDiagnostics">>;
  readonly tests: () => Promise<Pick<typeof import("../findings/read-tests.ts"), "readTests">>;
}

const lazyReaders: Readers = {
  diagnostics: () => import("../findings/read-diagnostics.ts"),
  tests: () => import("../findings/read-tests.ts"),
};

/** Never rejects: what cannot be understood is said in the findings. */
export async function inspect(asked: ToInspect, readers: Readers = lazyReaders): Promise<Findings | null> {
  const { inspection } = asked;
  if (inspection === null) return null;
  try {
    return await read(inspection, asked, readers);
  } catch (error) {
    // Not even the reader could be loaded: no descriptor is left, for one.
    return nothingRead(inspection, asLonghandError(error).message);
  }
}

async function read(inspection: Inspection, asked: ToInspect, { diagnostics, tests }: Readers): Promise<Findings> {
  const { inspection: _, output, directory, startedAt, ...bounds } = asked;
  const artifacts = { stdout: output.stdout.path, stderr: output.stderr.path };
  if (inspection.kind === "build") {
    const { readDiagnostics } = await diagnostics();
    const found = await readDiagnostics({ inspection, ...artifacts, ...bounds });
    return { ...found, complete: found.complete && cutOf(output) === null };
  }
  const { readTests } = await tests();
  return readTests({ inspection, ...artifacts, outputCut: cutOf(output), directory, startedAt, ...bounds });
}

function nothingRead({ kind }: Inspection, problem: string): Findings {
  return kind === "tests"
    ? { kind, format: null, summary: null, failures: [], complete: false, problem }
    : { kind, diagnostics: [], counts: { error: 0, warning: 0, note: 0, help: 0 }, complete: false };
}

/** Why what was printed is not all in the artifacts. */
function cutOf({ droppedBytes, writeError }: OutputSummary): string | null {
  if (writeError !== null) return `not all output is on disk: ${writeError.errno}`;
  return droppedBytes > 0 ? "the output was cut at its limit" : null;
}
