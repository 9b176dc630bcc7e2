/** Reads what a runner printed in one pass over both streams: all parsers of lines side by side, until one is sure to be the right one. */
import { Candidate } from "./candidate.ts";
import type { ReadEnd } from "./chunks.ts";
import type { TestFormat } from "./findings.ts";
import { eachLine } from "./lines.ts";
import type { ReadingTime } from "./reading-time.ts";
import { beginsDocument, longestEvent } from "./test-documents.ts";
import { countedRunners, countsParser } from "./tests/counts.ts";
import { ctestParser } from "./tests/ctest.ts";
import { goParser } from "./tests/go.ts";
import { goJsonParser } from "./tests/go-json.ts";
import { jestParser } from "./tests/jest.ts";
import { libtestParser } from "./tests/libtest.ts";
import { nodeSpecParser } from "./tests/node-spec.ts";
import type { LineParser } from "./tests/parser.ts";
import { pytestParser } from "./tests/pytest.ts";
import { tapParser } from "./tests/tap.ts";
import { vitestParser } from "./tests/vitest.ts";

/** No result is longer; only Go's events may be. */
const longestLine = 2 ** 16;

/** Whoever has found so many tests in so many lines, while nobody else understood anything, is not looked for any more. */
const linesToBeSure = 20_000;
const testsToBeSure = 1_000;

export interface OutputOptions {
  /** Its parser reads on in any case. */
  readonly format: TestFormat | "auto";
  readonly directory: string;
  readonly time: ReadingTime;
  /** When it is asked whether one parser is sure to be the right one: each time that so many lines were read. */
  readonly sureAfterLines?: number;
}

export interface OutputRead {
  readonly candidates: readonly Candidate<LineParser>[];
  /** Where an XML or JSON report begins within the output. */
  readonly document: { readonly path: string; readonly from: number } | null;
  readonly end: ReadEnd;
}

/** `paths`: in the order in which they are read. Errors of reading as in `eachLine`. */
export async function readOutput(paths: readonly string[], options: OutputOptions): Promise<OutputRead> {
  const { directory, time, sureAfterLines = linesToBeSure } = options;
  const candidates = inOrderOfTrust(directory);
  let reading = candidates;
  let lines = 0;
  let document: OutputRead["document"] = null;
  let end: ReadEnd = "end";
  const afterChunk = async (): Promise<void> => {
    for (const { file } of candidates) await file.drain();
  };
  for (const path of paths) {
    if (end === "stopped") break;
    const documentStart = documentFinder();
    const lineOptions = { time, stop: () => time.isOver, maxLineBytes: longestEvent, afterChunk };
    end = await eachLine(path, lineOptions, (full, offset) => {
      const line = shortened(full);
      const from = document === null ? documentStart(line, offset) : null;
      if (from !== null) document = { path, from };
      for (const { parser } of reading) parser.push(line);
      if (++lines % sureAfterLines === 0) reading = surely(reading, options.format);
    });
    for (const { parser } of reading) parser.streamEnded?.();
  }
  for (const { parser } of candidates) parser.end();
  return { candidates, document, end };
}

function shortened(line: string): string {
  return line.length > longestLine && !line.startsWith("{") ? line.slice(0, longestLine) : line;
}

/** The offset at which a document begins: that of this line, or of the one before when that was a `{` alone. */
function documentFinder(): (line: string, offset: number) => number | null {
  let brace: number | null = null;
  return (line, offset) => {
    const before = brace;
    brace = line === "{" ? offset : null;
    if (beginsDocument(line)) return offset;
    return before !== null && beginsDocument("{", line) ? before : null;
  };
}

/** Without those that would only cost time. */
function surely(
  candidates: readonly Candidate<LineParser>[],
  wanted: OutputOptions["format"],
): readonly Candidate<LineParser>[] {
  const [first, ...others] = candidates.filter((candidate) => candidate.summary !== null);
  if (first === undefined || others.length > 0 || first.collector.count < testsToBeSure) return candidates;
  return candidates.filter((candidate) => candidate === first || candidate.format === wanted);
}

/** Of two that understood equally well, the first is taken. */
function inOrderOfTrust(directory: string): readonly Candidate<LineParser>[] {
  return [
    new Candidate("go_json", directory, goJsonParser),
    new Candidate("libtest", directory, libtestParser),
    new Candidate("pytest", directory, pytestParser),
    new Candidate("vitest", directory, vitestParser),
    new Candidate("jest", directory, jestParser),
    new Candidate("node", directory, nodeSpecParser),
    new Candidate("tap", directory, tapParser),
    new Candidate("go", directory, goParser),
    new Candidate("ctest", directory, ctestParser),
    ...countedRunners.map((runner) => new Candidate(runner, directory, countsParser(runner))),
  ];
}
