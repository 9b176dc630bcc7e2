/** Reads what a runner printed: all parsers of lines side by side, in one pass over both streams. */
import { Candidate } from "./candidate.ts";
import type { ReadEnd } from "./chunks.ts";
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

export interface OutputOptions {
  readonly directory: string;
  readonly time: ReadingTime;
}

export interface OutputRead {
  readonly candidates: readonly Candidate<LineParser>[];
  /** Where an XML or JSON report begins within the output. */
  readonly document: { readonly path: string; readonly from: number } | null;
  readonly end: ReadEnd;
}

/** `paths`: in the order in which they are read. Errors of reading as in `eachLine`. */
export async function readOutput(paths: readonly string[], options: OutputOptions): Promise<OutputRead> {
  const candidates = inOrderOfTrust(options.directory);
  const { time } = options;
  const stop = (): boolean => time.isOver;
  let document: OutputRead["document"] = null;
  let end: ReadEnd = "end";
  const afterChunk = async (): Promise<void> => {
    for (const { file } of candidates) await file.drain();
  };
  for (const path of paths) {
    if (end === "stopped") break;
    let before = { line: "", offset: 0 };
    end = await eachLine(path, { time, stop, maxLineBytes: longestEvent, afterChunk }, (full, offset) => {
      const line = full.length > longestLine && !full.startsWith("{") ? full.slice(0, longestLine) : full;
      if (document === null && beginsDocument(line)) document = { path, from: offset };
      else if (document === null && before.line === "{" && beginsDocument("{", line))
        document = { path, from: before.offset };
      before = { line, offset };
      for (const { parser } of candidates) parser.push(line);
    });
    for (const { parser } of candidates) parser.streamEnded?.();
  }
  for (const { parser } of candidates) parser.end();
  return { candidates, document, end };
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
