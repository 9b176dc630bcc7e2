/** Command output as a model sees it: a few lines of it, in a fence that nothing within can end or imitate. */
import { fenceFor, unusedTag } from "./fence.ts";
import { type Line, type Selection, selectLines } from "./numbered-lines.ts";
import type { PreviewText } from "./preview.ts";

export interface ExcerptSection {
  /** What the fence is called: `output` when there is one stream, else `stdout` and `stderr`. */
  readonly name: string;
  readonly preview: PreviewText;
  /** Lines of the whole stream, for the numbers of the last lines. */
  readonly totalLines: number;
}

export interface ExcerptOptions {
  /** A random tag (`newTag` of base/ids); drawn again as long as the output contains it. */
  readonly newTag: () => string;
  /** Lines of the head and of the tail. Default 20 each. */
  readonly headLines?: number;
  readonly tailLines?: number;
  /** Lines from between that look like errors, shown with their numbers. Default 5. */
  readonly errorLines?: number;
  /** A longer line is cut, and says so. Default 2,000. */
  readonly maxLineChars?: number;
  /** How to read the hidden lines, said behind "174 lines hidden": `read_command_output h7 21-194`. */
  readonly hint?: (section: string, from: number, to: number) => string;
}

export interface Excerpt {
  /** Empty when nothing was printed. */
  readonly text: string;
  readonly shownLines: number;
  readonly hiddenLines: number;
}

/**
 * Every line of ours within the fence starts with `[<tag>` or the fence itself, and no line of the output contains the tag;
 * the fence has more backticks than any run of them in the output, for readers that know Markdown only. So no output ends
 * the fence, and a header or an event that a command prints is visibly within one.
 */
export function excerpt(sections: readonly ExcerptSection[], options: ExcerptOptions): Excerpt {
  const printed = sections.filter(({ preview }) => preview.text !== "");
  const everything = printed.map(({ preview }) => preview.text).join("\n");
  const marks = { tag: unusedTag(everything, options.newTag), fence: fenceFor(everything) };
  const parts = printed.map((section) => excerptOf(section, options, marks));
  return {
    text: parts.map((part) => part.text).join("\n"),
    shownLines: parts.reduce((sum, part) => sum + part.shownLines, 0),
    hiddenLines: parts.reduce((sum, part) => sum + part.hiddenLines, 0),
  };
}

interface Marks {
  readonly tag: string;
  readonly fence: string;
}

function excerptOf(section: ExcerptSection, options: ExcerptOptions, { tag, fence }: Marks): Excerpt {
  const { headLines = 20, tailLines = 20, errorLines = 5, maxLineChars = 2_000 } = options;
  const selection = selectLines(section.preview, section.totalLines, { headLines, tailLines, errorLines });
  const { head, errors, tail, hidden } = selection;
  const show = ({ text }: Line): string => shorten(text, maxLineChars, tag);
  const lines = [
    `${fence}${section.name} ${tag}`,
    ...head.map(show),
    ...hiddenNote(section, selection, options).map((note) => `[${tag} ${note}]`),
    ...errors.map((line) => `${line.number}: ${show(line)}`),
    ...(errors.length > 0 ? [`[${tag} last lines]`] : []),
    ...tail.map(show),
    `${fence} ${tag}`,
  ];
  const shownLines = head.length + errors.length + tail.length;
  return { text: lines.join("\n"), shownLines, hiddenLines: hidden?.lines ?? 0 };
}

function hiddenNote(section: ExcerptSection, { errors, hidden }: Selection, { hint }: ExcerptOptions): string[] {
  if (hidden === null) return [];
  if (hidden.lines === 0) return errors.length > 0 ? [] : [`${section.preview.omittedBytes} bytes hidden`];
  const what = `${hidden.lines} ${hidden.lines === 1 ? "line" : "lines"} hidden`;
  const how = hint === undefined ? "" : `: ${hint(section.name, hidden.from, hidden.to)}`;
  return errors.length > 0 ? [what + how, "first error lines among them"] : [what + how];
}

function shorten(line: string, maxChars: number, tag: string): string {
  if (line.length <= maxChars) return line;
  const isSplit = (line.codePointAt(maxChars - 1) ?? 0) > 0xffff;
  const end = isSplit ? maxChars - 1 : maxChars;
  return `${line.slice(0, end)} [${tag} ${line.length - end} more characters]`;
}
