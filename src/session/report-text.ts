/** A report or a running handle as text for a model: a headline, and the output in a fence. */
import { newTag } from "../base/ids.ts";
import { noText } from "../handle/build-report.ts";
import { alias, reportHeadline, runningHeadline } from "../handle/headline.ts";
import type { ResultBrief } from "../handle/operation.ts";
import type { Report } from "../handle/report.ts";
import type { Screen } from "../handle/screen-of.ts";
import type { Snapshot } from "../handle/snapshot.ts";
import { type ExcerptOptions, type ExcerptSection, excerpt } from "../output/excerpt.ts";
import { fenced } from "../output/fence.ts";
import { plainText } from "../output/text.ts";
import { renderFindings } from "./findings-text.ts";
import { renderResult } from "./result-text.ts";

export interface ReportTextOptions {
  /** Alias in the reader's session. */
  readonly alias: number;
  /** Source of fence tags; a mail passes its own, so that it renders the same again. */
  readonly newTag?: () => string;
  readonly size?: ExcerptSize;
}

export type ExcerptSize = Pick<ExcerptOptions, "headLines" | "tailLines" | "errorLines" | "maxLineChars">;

/** Room for about 2,000 tokens of ordinary lines; of lines that are long, less is shown of each. */
const answerSizes: readonly [ExcerptSize, ...ExcerptSize[]] = [
  { headLines: 20, tailLines: 40, errorLines: 5, maxLineChars: 1_000 },
  { headLines: 20, tailLines: 40, errorLines: 5, maxLineChars: 400 },
  { headLines: 20, tailLines: 40, errorLines: 5, maxLineChars: 160 },
];
/** About 4,000 tokens: what a minified file or a line of JSON for each message must not pass. */
const mostChars = 16_000;
/** Of a running command the newest lines matter. */
const runningSize: ExcerptSize = { headLines: 0, tailLines: 10, errorLines: 0, maxLineChars: 500 };

export function renderReport(report: Report, options: ReportTextOptions): string {
  let text = "";
  for (const size of options.size === undefined ? answerSizes : [options.size]) {
    text = renderWith(report, options, size);
    if (text.length <= mostChars) break;
  }
  return text;
}

function renderWith(report: Report, options: ReportTextOptions, size: ExcerptSize): string {
  const name = alias(options.alias);
  const draw = options.newTag ?? newTag;
  const first = failuresOf(report, { size, draw, name });
  const brief = report.result?.brief ?? null;
  const shown = excerpt(brief === null ? sectionsOf(report) : [findsOf(brief, report)], {
    newTag: draw,
    ...size,
    ...(brief === null ? {} : firstOnly(size)),
    // The failing tests' own lines have been shown.
    ...(first === "" ? {} : { errorLines: 0 }),
    hint: (section, from, to) =>
      section === "screen"
        ? `read_command_output ${name} screen`
        : `read_command_output ${name}${section === "output" || brief !== null ? "" : ` ${section}`} lines ${from}-${to}`,
  });
  const partly = shown.hiddenLines > 0 ? { shownLines: shown.shownLines } : {};
  const headline = reportHeadline(report, { alias: options.alias, ...partly });
  const result = renderResult(report, { name, maxChars: size.maxLineChars ?? 1_000, newTag: draw });
  return [headline, first, shown.text, result].filter((part) => part !== "").join("\n");
}

/** As many failures as a size shows error lines. */
function failuresOf(
  { findings }: Report,
  { size, draw, name }: { readonly size: ExcerptSize; readonly draw: () => string; readonly name: string },
): string {
  // Records of older versions have none.
  if (findings == null) return "";
  const { errorLines = 0, maxLineChars = 1_000 } = size;
  return renderFindings(findings, {
    most: errorLines * 2,
    rest: `inspect_test_results ${name}`,
    maxLineChars,
    newTag: draw,
  });
}

/** `facts`: further ones for the headline, each already harmless. `screen`: shown instead of the last lines. */
export function renderSnapshot(now: Snapshot, facts: readonly string[] = [], screen: Screen | null = null): string {
  if (screen?.drawn === true) return [runningHeadline(now, facts), renderScreen(screen)].join("\n");
  const { stdout, stderr } = now;
  const sections = [
    { name: now.mergedStderr || stderr.text === "" ? "output" : "stdout", preview: stdout, totalLines: now.lines },
    { name: "stderr", preview: stderr, totalLines: now.lines },
  ];
  // The numbers are of all the output: of one stream among two they would be wrong.
  const numbered = now.mergedStderr || stderr.text === "";
  const hint = (_: string, from: number, to: number): string =>
    `read_command_output ${alias(now.alias)} lines ${from}-${to}`;
  const shown = excerpt(sections, { newTag, ...runningSize, ...(numbered ? { hint } : {}) });
  return [runningHeadline(now, facts), ...(shown.text === "" ? [] : [shown.text])].join("\n");
}

/** The screen of a terminal in a fence. */
export function renderScreen({ text }: Screen): string {
  return fenced(plainText(text), { name: "screen", newTag });
}

/** The finds of a search as lines, in place of the JSON that programs read. */
function findsOf({ lines }: ResultBrief, { output }: Report): ExcerptSection {
  const totalLines = Math.max(lines.length, output.combined.lines);
  const text = lines.map((line) => `${line}\n`).join("");
  return { name: "found", preview: { ...noText, text, truncated: totalLines > lines.length }, totalLines };
}

/** The last finds are no more than the others. */
function firstOnly({ headLines = 0, tailLines = 0 }: ExcerptSize): ExcerptSize {
  return { headLines: headLines + tailLines, tailLines: 0, errorLines: 0 };
}

function sectionsOf(report: Report): ExcerptSection[] {
  const { output, stdout, stderr, screen } = report;
  // Where a program moved about, its lines in order are not what was to be seen.
  if (screen?.drawn === true && screen.text !== "") {
    const text = plainText(screen.text);
    return [{ name: "screen", preview: { ...noText, text }, totalLines: text.split("\n").length }];
  }
  const both = stdout.text !== "" && stderr.text !== "";
  return [
    { name: both ? "stdout" : "output", preview: stdout, totalLines: output.stdout.lines },
    { name: "stderr", preview: stderr, totalLines: output.stderr.lines },
  ];
}
