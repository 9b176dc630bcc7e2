/** Reads a report that is one document, XML or JSON: a file of its own, or a part of the output. */
import { StringDecoder } from "node:string_decoder";
import { Candidate } from "./candidate.ts";
import { eachChunk, type ReadEnd } from "./chunks.ts";
import { eachLine } from "./lines.ts";
import type { ReadingTime } from "./reading-time.ts";
import { goJsonParser, isGoEvent } from "./tests/go-json.ts";
import { JestJsonParser } from "./tests/jest-json.ts";
import { JunitParser } from "./tests/junit.ts";
import type { Emit, LineParser } from "./tests/parser.ts";

export interface DocumentOptions {
  /** Where `tests.jsonl` goes. */
  readonly directory: string;
  /** A report and a part of the output can both be read in one go. */
  readonly origin: "report" | "output";
  /** The byte at which it begins. */
  readonly from?: number;
  readonly time: ReadingTime;
}

export interface DocumentRead {
  readonly candidate: Candidate;
  readonly end: ReadEnd;
}

/** Null when it begins like neither XML nor JSON. Errors of reading as in `eachChunk`. */
export async function readDocument(path: string, options: DocumentOptions): Promise<DocumentRead | null> {
  const start = await startOf(path, options.from ?? 0);
  if (start.startsWith("<")) return await readXml(path, options);
  if (isGoEvent(start.split("\n", 1)[0] ?? "")) return await readEvents(path, options);
  return /^[{[]/.test(start) ? await readJson(path, options) : null;
}

/** Whether a document may begin with this line of output, or with this and the next: `{` alone when it is indented. */
export function beginsDocument(line: string, next = ""): boolean {
  if (/^(?:\ufeff)?<(?:\?xml |testsuites?[ >])/.test(line)) return true;
  const start = line === "{" ? `{${next.slice(0, longestIndent).trimStart()}` : line;
  return /^\{"(?:num(?:Failed|Passed|Pending|Total)|testResults|success)/.test(start);
}

const longestIndent = 100;

async function readXml(path: string, options: DocumentOptions): Promise<DocumentRead> {
  const candidate = candidateOf("junit", options, (emit) => new JunitParser(emit));
  const decoder = new StringDecoder("utf8");
  const { parser, file } = candidate;
  const end = await eachChunk(path, stopping(options, parser), async (chunk) => {
    parser.push(decoder.write(chunk));
    await file.drain();
  });
  return finish(candidate, end);
}

async function readJson(path: string, options: DocumentOptions): Promise<DocumentRead> {
  const candidate = candidateOf("jest", options, (emit) => new JestJsonParser(emit));
  const { parser, file } = candidate;
  const end = await eachChunk(path, stopping(options, parser), async (chunk) => {
    parser.push(chunk);
    await file.drain();
  });
  return finish(candidate, end);
}

async function readEvents(path: string, options: DocumentOptions): Promise<DocumentRead> {
  const candidate = candidateOf("go_json", options, goJsonParser);
  const { parser, file } = candidate;
  const { from = 0, time } = options;
  const lines = { from, time, stop: () => time.isOver, maxLineBytes: longestEvent, afterChunk: () => file.drain() };
  const end = await eachLine(path, lines, (line) => parser.push(line));
  parser.end();
  return { candidate, end };
}

function candidateOf<Parser extends LineParser | JunitParser | JestJsonParser>(
  format: string,
  { directory, origin }: DocumentOptions,
  make: (emit: Emit) => Parser,
): Candidate<Parser> {
  return new Candidate(format, directory, make, `${format}.${origin}`);
}

/** A test's output is in pieces of a line each; a line of output can be long. */
export const longestEvent = 2 ** 20;

function stopping(options: DocumentOptions, parser: { readonly isDone: boolean }) {
  const { from = 0, time } = options;
  return { from, time, stop: () => parser.isDone || time.isOver };
}

function finish(candidate: Candidate<JunitParser | JestJsonParser>, end: ReadEnd): DocumentRead {
  const { parser } = candidate;
  if (parser.isDone) return { candidate, end: "end" };
  if (end === "end") parser.end();
  return { candidate, end };
}

/** Enough for the white space before a document, and for the first event of Go's. */
async function startOf(path: string, from: number): Promise<string> {
  let start: string | null = null;
  await eachChunk(path, { from, stop: () => start !== null }, (chunk) => {
    start = chunk
      .toString("utf8", 0, 4096)
      .replace(/^\ufeff/, "")
      .trimStart();
  });
  return start ?? "";
}
