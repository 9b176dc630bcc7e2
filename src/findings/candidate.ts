/** One way of understanding a run's output, with what it found so far; the choice between several is made at the end. */
import { CaseFile } from "./case-file.ts";
import { Collector, mergeCounts } from "./collector.ts";
import type { TestSummary } from "./findings.ts";
import { type Emit, noTests } from "./tests/parser.ts";

/** What a parser, of whatever is it fed with, tells besides its tests. */
interface Told {
  readonly declared: TestSummary | null;
  readonly problem?: string | null;
}

export class Candidate<Parser extends Told = Told> {
  readonly format: string;
  readonly parser: Parser;
  readonly collector = new Collector();
  readonly file: CaseFile;

  /** `name`: of its file; no two candidates of one reading have the same. */
  constructor(format: string, directory: string, make: (emit: Emit) => Parser, name = format) {
    this.format = format;
    this.file = new CaseFile(directory, name, this.collector);
    this.parser = make((test) => this.collector.add(test));
  }

  /** Null when nothing was understood; all zero when the runner said that there were no tests, and nothing is wrong with what it said. */
  get summary(): TestSummary | null {
    const { declared } = this.parser;
    if (declared === null && this.collector.count === 0) return null;
    const summary = mergeCounts(this.collector.summary, declared);
    return totalOf(summary) === 0 && this.problem !== null ? null : summary;
  }

  get problem(): string | null {
    return this.parser.problem ?? null;
  }
}

export function totalOf({ passed, failed, skipped }: TestSummary): number {
  return passed + failed + skipped;
}

/** The one that understood: counts that a runner printed are better evidence than names, more tests better than fewer. */
export function bestOf(candidates: readonly Candidate[], wanted: string): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates)
    if (candidate.summary !== null && (best === null || evidence(candidate, wanted) > evidence(best, wanted)))
      best = candidate;
  return best;
}

/** Tests of one run are fewer than this. */
const billion = 1e9;

function evidence(candidate: Candidate, wanted: string): number {
  const total = Math.min(totalOf(candidate.summary ?? noTests), billion - 1);
  const isCounted = candidate.parser.declared !== null && total > 0;
  return (candidate.format === wanted ? 2 * billion : 0) + (isCounted ? billion : 0) + total;
}
