/** From what a test runner wrote and printed to structured results: finds out the format, reads all of it, never throws. */
import { basename } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { asLonghandError, isLonghandError } from "../base/errors.ts";
import { bestOf, type Candidate } from "./candidate.ts";
import type { Inspection, TestFindings } from "./findings.ts";
import { readDocument } from "./test-documents.ts";
import { readOutput } from "./test-output.ts";

/** The result waits for it. Twenty times what 200 MB take on a small machine. */
const defaultDeadlineMs = 30_000;

export interface ReadTestsOptions {
  readonly inspection: Extract<Inspection, { kind: "tests" }>;
  /** Paths of the artifacts; null when there is none. */
  readonly stdout: string | null;
  readonly stderr: string | null;
  /** Of the artifacts; `tests.jsonl` is written into it. */
  readonly directory: string;
  /** After this what is known is the answer, with `complete: false`. Default 30 s. */
  readonly deadlineMs?: number;
  readonly clock?: Clock;
}

/** Never rejects: what goes wrong is in `problem` and `complete`. */
export async function readTests(options: ReadTestsOptions): Promise<TestFindings> {
  const reading = new Reading(options);
  try {
    return await reading.run();
  } catch (error) {
    return reading.failed(error);
  }
}

class Reading {
  readonly #options: ReadTestsOptions;
  readonly #deadlineMs: number;
  readonly #stop: () => boolean;
  readonly #problems: string[] = [];
  /** All that may have a file, to be removed unless it is chosen. */
  readonly #candidates: Candidate[] = [];
  #isComplete = true;

  constructor(options: ReadTestsOptions) {
    this.#options = options;
    this.#deadlineMs = options.deadlineMs ?? defaultDeadlineMs;
    const clock = options.clock ?? systemClock;
    const end = clock.monotonic() + this.#deadlineMs;
    this.#stop = () => clock.monotonic() >= end;
  }

  async run(): Promise<TestFindings> {
    const { reportPath, format } = this.#options.inspection;
    if (reportPath !== null) await this.#document(reportPath, 0, basename(reportPath));
    let best = bestOf(this.#candidates, format);
    if (best === null) {
      await this.#output();
      best = bestOf(this.#candidates, format);
    }
    return await this.#findings(best);
  }

  failed(error: unknown): TestFindings {
    this.#isComplete = false;
    this.#problems.push(asLonghandError(error).message);
    return this.#answer(null);
  }

  async #document(path: string, from: number, label: string): Promise<void> {
    try {
      const read = await readDocument(path, { directory: this.#options.directory, from, stop: this.#stop });
      if (read === null) {
        this.#problems.push(`${label}: neither XML nor JSON`);
        return;
      }
      this.#candidates.push(read.candidate);
      const { problem } = read.candidate.parser;
      if (typeof problem === "string") this.#problems.push(`${label}: ${problem}`);
      if (read.end === "stopped") this.#gaveUp();
    } catch (error) {
      // A report that was not written is no problem when the output tells: many runners write none when they fail early.
      if (!isLonghandError(error) || error.kind !== "not_found") this.#problems.push(asLonghandError(error).message);
    }
  }

  async #output(): Promise<void> {
    const { stdout, stderr, directory } = this.#options;
    const paths = [stdout, stderr].filter((path) => path !== null);
    const { candidates, document, end } = await readOutput(paths, { directory, stop: this.#stop });
    this.#candidates.push(...candidates);
    if (end === "stopped") this.#gaveUp();
    if (document !== null && end === "end") await this.#document(document.path, document.from, basename(document.path));
  }

  #gaveUp(): void {
    this.#isComplete = false;
    const reason = `given up after ${this.#deadlineMs / 1000} s`;
    if (!this.#problems.includes(reason)) this.#problems.push(reason);
  }

  async #findings(best: Candidate | null): Promise<TestFindings> {
    for (const candidate of this.#candidates) if (candidate !== best) await candidate.file.discard();
    if (best === null) return this.#answer(null);
    await best.file.publish();
    const { problem } = best.parser;
    if (typeof problem === "string" && !this.#problems.some((known) => known.endsWith(problem)))
      this.#problems.push(problem);
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
