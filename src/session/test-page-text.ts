/** A page of single tests for a model: within a bound, and with where to go on from. */
import type { TestPage } from "../findings/test-cases.ts";
import { fenced } from "../output/fence.ts";
import { testLines } from "./findings-text.ts";

/** About 2,000 tokens, as much as an answer to a command has. */
const mostTests = 50;
const mostChars = 8_000;
const maxLineChars = 500;

export interface ShownPage extends TestPage {
  /** Of the first test of the page. */
  readonly offset: number;
  readonly includePassing: boolean;
}

export function renderTestPage(page: ShownPage, newTag: () => string): string {
  const { tests, total, offset, includePassing } = page;
  const what = includePassing ? "tests" : "failed tests";
  if (tests.length === 0) return offset > 0 ? `offset ${offset} is past the end: ${total} ${what}` : `no ${what}`;
  const shown = fitting(tests);
  const next = offset + shown.length;
  const lines = shown.flat();
  const range = `${offset + 1}-${next} of ${total}`;
  const more = next < total ? [`${range} shown, next: offset ${next}`] : offset > 0 ? [`${range} shown`] : [];
  return [fenced(lines.join("\n"), { name: what, newTag }), ...more].join("\n");
}

/** At least one, and no half one. */
function fitting(tests: TestPage["tests"]): readonly string[][] {
  const shown: string[][] = [];
  let chars = 0;
  for (const test of tests.slice(0, mostTests)) {
    const lines = testLines(test, maxLineChars);
    chars += lines.reduce((sum, line) => sum + line.length + 1, 0);
    if (shown.length > 0 && chars > mostChars) break;
    shown.push(lines);
  }
  return shown;
}
