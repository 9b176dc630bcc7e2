/** A fence around text that somebody else wrote: nothing within can end it, or pass for a line of ours. */
import { LonghandError } from "../base/errors.ts";

/** Output that was told each tag is an attack on the source of tags; chance does not need a second draw. */
const mostDraws = 16;

export interface FenceOptions {
  /** What the fence is called. */
  readonly name: string;
  /** A random tag (`newTag` of base/ids); drawn again as long as the text contains it. */
  readonly newTag: () => string;
}

export function fenced(text: string, { name, newTag }: FenceOptions): string {
  const tag = unusedTag(text, newTag);
  const fence = fenceFor(text);
  return `${fence}${name} ${tag}\n${text.endsWith("\n") || text === "" ? text : `${text}\n`}${fence} ${tag}`;
}

/** More backticks than any run of them in the text, for readers that know Markdown only. */
export function fenceFor(text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  return "`".repeat(runs.reduce((longest, run) => Math.max(longest, run.length), 2) + 1);
}

export function unusedTag(text: string, newTag: () => string): string {
  const lower = text.toLowerCase();
  for (let draw = 0; draw < mostDraws; draw++) {
    const tag = newTag();
    if (tag !== "" && !lower.includes(tag.toLowerCase())) return tag;
  }
  throw new LonghandError("internal", "the output contains every tag that was drawn");
}
