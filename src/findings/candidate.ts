/** One way of understanding a run's output, with what it found so far; the choice between several is made at the end. */
import { CaseFile } from "./case-file.ts";
import { Collector, mergeCounts } from "./collector.ts";
import type { TestSummary } from "./findings.ts";
import type { Emit } from "./tests/parser.ts";

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

  constructor(format: string, directory: string, make: (emit: Emit) => Parser) {
    this.format = format;
    this.file = new CaseFile(directory, format, this.collector);
    this.parser = make((test) => this.collector.add(test));
  }

  /** Null when nothing was understood; all zero when the runner said that there were no tests. */
  get summary(): TestSummary | null {
    const { declared } = this.parser;
    return declared === null && this.collector.count === 0 ? null : mergeCounts(this.collector.summary, declared);
  }
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
  const { passed, failed, skipped } = candidate.summary ?? { passed: 0, failed: 0, skipped: 0 };
  const total = Math.min(passed + failed + skipped, billion - 1);
  const isCounted = candidate.parser.declared !== null && total > 0;
  return (candidate.format === wanted ? 2 * billion : 0) + (isCounted ? billion : 0) + total;
}
