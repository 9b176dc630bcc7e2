/** Numbers out of samples: pure, no clock and no output. */

export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

/** The value that `fraction` of the samples do not exceed (nearest rank); NaN without samples. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(fraction * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

/** The middle value, or the mean of the two middle ones; NaN without samples. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    median: median(samples),
    p99: quantile(samples, 0.99),
    min: quantile(samples, 0),
    max: quantile(samples, 1),
  };
}

/** How many times the baseline something takes, as seen round by round. */
export interface Ratio {
  readonly median: number;
  /** The quartiles of the rounds: half of them lie between. */
  readonly low: number;
  readonly high: number;
}

/** Compares round with round: what slows the whole machine for a moment slows both sides of that round. */
export function pairedRatio(subject: readonly number[], baseline: readonly number[]): Ratio {
  if (subject.length !== baseline.length) throw new Error(`${subject.length} rounds against ${baseline.length}`);
  const ratios = subject.map((value, round) => value / (baseline[round] ?? Number.NaN));
  return { median: median(ratios), low: quantile(ratios, 0.25), high: quantile(ratios, 0.75) };
}
