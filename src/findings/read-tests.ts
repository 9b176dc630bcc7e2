/** From what a test runner wrote and printed to structured results: finds out the format, reads all of it, never throws. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { asLonghandError, isLonghandError } from "../base/errors.ts";
import { bestOf, type Candidate, totalOf } from "./candidate.ts";
import type { Inspection, TestFindings } from "./findings.ts";
import { ReadingLane } from "./reading-lane.ts";
import { type ReadingLimits, ReadingTime } from "./reading-time.ts";
import { readDocument } from "./test-documents.ts";
import { readOutput } from "./test-output.ts";
import { noTests } from "./tests/parser.ts";

export interface ReadTestsOptions extends ReadingLimits {
  readonly inspection: Extract<Inspection, { kind: "tests" }>;
  /** Paths of the artifacts; null when there is none. */
  readonly stdout: string | null;
  readonly stderr: string | null;
  /** Why the artifacts do not have all that was printed; null when they do. */
  readonly outputCut?: string | null;
  /** Of the artifacts; `tests.jsonl` is written into it. */
  readonly directory: string;
  /** Milliseconds by the clock on the wall: a report that is older is of an earlier run, and not read. Default: any is read. */
  readonly startedAt?: number;
  /** Shared with the others of the runtime. */
  readonly lane?: ReadingLane;
}

/** Never rejects: what goes wrong is in `problem` and `complete`. */
export async function readTests(options: ReadTestsOptions): Promise<TestFindings> {
  const { lane = new ReadingLane(), hurry } = options;
  using _place = await lane.enter(hurry);
  const reading = new Reading(options, new ReadingTime(options, lane.pace));
  try {
    return await reading.run();
  } catch (error) {
    return reading.failed(error);
  }
}

class Reading {
  readonly #options: ReadTestsOptions;
  readonly #time: ReadingTime;
  readonly #problems: string[] = [];
  /** All that may have a file, to be removed unless it is chosen. */
  readonly #candidates: Candidate[] = [];
  #isComplete = true;

  constructor(options: ReadTestsOptions, time: ReadingTime) {
    this.#options = options;
    this.#time = time;
  }

  async run(): Promise<TestFindings> {
    const { reportPath, format } = this.#options.inspection;
    if (reportPath !== null) await this.#document(reportPath, 0, "report");
    const reported = bestOf(this.#candidates, format);
    if (reported !== null && (reported.problem === null || !this.#isComplete)) return await this.#findings(reported);
    await this.#output();
    const printed = bestOf(
      this.#candidates.filter((candidate) => candidate !== reported),
      format,
    );
    // A report that was cut off, or is broken, may know less than what was printed.
    const isLess = totalOf(reported?.summary ?? noTests) < totalOf(printed?.summary ?? noTests);
    const best = reported === null || isLess ? printed : reported;
    const { outputCut = null } = this.#options;
    if (best === printed && outputCut !== null) this.#missing(outputCut);
    return await this.#findings(best);
  }

  failed(error: unknown): TestFindings {
    this.#isComplete = false;
    this.#problems.push(asLonghandError(error).message);
    return this.#answer(null);
  }

  async #document(path: string, from: number, origin: "report" | "output"): Promise<void> {
    const label = basename(path);
    try {
      const { startedAt } = this.#options;
      if (origin === "report" && startedAt !== undefined && (await isOlder(path, startedAt))) {
        this.#problems.push(`${label}: older than this run`);
        return;
      }
      const read = await readDocument(path, { directory: this.#options.directory, origin, from, time: this.#time });
      if (read === null) {
        this.#problems.push(`${label}: neither XML nor JSON`);
        return;
      }
      this.#candidates.push(read.candidate);
      const { problem } = read.candidate;
      if (problem !== null) this.#problems.push(`${label}: ${problem}`);
      if (read.end === "stopped") this.#gaveUp();
    } catch (error) {
      // A report that was not written is no problem when the output tells: many runners write none when they fail early.
      if (!isLonghandError(error) || error.kind !== "not_found") this.#problems.push(asLonghandError(error).message);
    }
  }

  async #output(): Promise<void> {
    const { stdout, stderr, directory, inspection } = this.#options;
    const paths = [stdout, stderr].filter((path) => path !== null);
    const { candidates, document, end } = await readOutput(paths, {
      directory,
      format: inspection.format,
      time: this.#time,
    });
    this.#candidates.push(...candidates);
    if (end === "stopped") this.#gaveUp();
    if (document !== null && end === "end") await this.#document(document.path, document.from, "output");
  }

  #gaveUp(): void {
    this.#missing(this.#time.reason);
  }

  #missing(reason: string): void {
    this.#isComplete = false;
    if (!this.#problems.includes(reason)) this.#problems.push(reason);
  }

  async #findings(best: Candidate | null): Promise<TestFindings> {
    for (const candidate of this.#candidates) if (candidate !== best) await candidate.file.discard();
    // Nothing was understood: whoever knows why says it.
    const problem = (best ?? this.#candidates.find((candidate) => candidate.problem !== null))?.problem ?? null;
    if (problem !== null && !this.#problems.some((known) => known.endsWith(problem))) this.#problems.push(problem);
    if (best === null) return this.#answer(null);
    await best.file.publish();
    if (best.file.problem !== null) {
      this.#isComplete = false;
      this.#problems.push(best.file.problem);
    }
    return this.#answer(best);
  }

  #answer(best: Candidate | null): TestFindings {
    return {
      kind: "tests",
      format: best?.format ?? null,
      summary: best?.summary ?? null,
      failures: best?.collector.failures ?? [],
      complete: this.#isComplete,
      problem: this.#problems.length === 0 ? null : this.#problems.join("; ").replaceAll("\n", " ").slice(0, 500),
    };
  }
}

/** The kernel dates files by a clock that is some milliseconds behind. */
const clockLagMs = 50;

/** One that is not there is not older. */
async function isOlder(path: string, startedAt: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.mtimeMs < startedAt - clockLagMs;
}
