/** Measures several ways to do the same thing, in turns (A B A B), so that drift of the machine hits all of them alike. */
import { pairedRatio, type Ratio, type Summary, summarize } from "./statistics.ts";

/** One way to do the thing, done once per call. */
export type Variant = () => unknown | Promise<unknown>;

export interface MeasureOptions {
  /** Rounds that count; in each, every variant has one turn. */
  readonly rounds?: number;
  /** Calls per turn, one after the other. More for what takes microseconds. */
  readonly iterations?: number;
  /** Rounds before the first that counts: compilation, page cache, pools. */
  readonly warmup?: number;
}

export interface Measured {
  readonly name: string;
  /** Milliseconds per call, over all single calls. */
  readonly perCall: Summary;
  /** Against the first variant, round by round; null for the first itself. */
  readonly ratio: Ratio | null;
}

/** The first variant is the baseline. */
export async function measure(
  variants: Readonly<Record<string, Variant>>,
  { rounds = 15, iterations = 20, warmup = 2 }: MeasureOptions = {},
): Promise<Measured[]> {
  const tracks = Object.entries(variants).map(([name, run]) => ({
    name,
    run,
    calls: [] as number[],
    turns: [] as number[],
  }));
  for (let round = -warmup; round < rounds; round++) {
    // Every second round goes backwards: nobody always runs in the shadow of the same neighbour.
    for (const track of round % 2 === 0 ? tracks : tracks.toReversed()) {
      const calls = await turn(track.run, iterations);
      if (round < 0) continue;
      for (const ms of calls) track.calls.push(ms);
      track.turns.push(calls.reduce((sum, ms) => sum + ms, 0));
    }
  }
  const baseline = tracks[0]?.turns ?? [];
  return tracks.map(({ name, calls, turns }, index) => ({
    name,
    perCall: summarize(calls),
    ratio: index === 0 ? null : pairedRatio(turns, baseline),
  }));
}

/** Milliseconds of each call of one turn. */
async function turn(run: Variant, iterations: number): Promise<number[]> {
  const calls: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const begun = performance.now();
    await run();
    calls.push(performance.now() - begun);
  }
  return calls;
}
