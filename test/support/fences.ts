/** A text for a model, taken apart: the lines of ours, and what stands in each fence. */
import { expect } from "vitest";

export interface Fence {
  readonly name: string;
  readonly tag: string;
  readonly lines: readonly string[];
}

export interface Parsed {
  /** Lines outside of every fence. */
  readonly ours: readonly string[];
  readonly fences: readonly Fence[];
}

/** A fence ends at its own tag and nowhere else. Fails when one is not closed, or when its tag stands within but in a note of ours. */
export function parseFences(text: string): Parsed {
  const ours: string[] = [];
  const fences: Fence[] = [];
  let open: { ticks: string; name: string; tag: string; lines: string[] } | null = null;
  for (const line of text.split("\n")) {
    if (open === null) {
      const [, ticks, name, tag] = /^(`{3,})(\S+) ([0-9a-z]+)$/.exec(line) ?? [];
      if (ticks === undefined || name === undefined || tag === undefined) ours.push(line);
      else open = { ticks, name, tag, lines: [] };
    } else if (line === `${open.ticks} ${open.tag}`) {
      fences.push({ name: open.name, tag: open.tag, lines: open.lines });
      open = null;
    } else {
      const theirs = line.replace(new RegExp(` \\[${open.tag} \\d+ more characters\\]$`), "");
      if (!line.startsWith(`[${open.tag} `)) expect(theirs).not.toContain(open.tag);
      open.lines.push(line);
    }
  }
  expect(open, "a fence that is not closed").toBeNull();
  return { ours, fences };
}
