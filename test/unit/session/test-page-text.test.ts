import { describe, expect, it } from "vitest";
import type { TestCase } from "../../../src/findings/findings.ts";
import { testCase } from "../../../src/findings/tests/parser.ts";
import { renderTestPage } from "../../../src/session/test-page-text.ts";

const tests = (count: number, facts: Partial<TestCase> = {}): TestCase[] =>
  Array.from({ length: count }, (_, index) => testCase(`case ${index}`, "failed", facts));
const render = (facts: Partial<Parameters<typeof renderTestPage>[0]>) =>
  renderTestPage({ tests: [], total: 0, offset: 0, includePassing: false, ...facts }, () => "tag1");

describe("renderTestPage", () => {
  it("shows a page, and where to go on from", () => {
    const shown = render({ tests: tests(200), total: 1500, offset: 100 });
    expect(shown.split("\n")[0]).toBe("```failed tests tag1");
    expect(shown.match(/^FAIL /gm)).toHaveLength(50);
    expect(shown.split("\n").at(-1)).toBe("101-150 of 1500 shown, next: offset 150");
  });

  it("stops within 8 KB, at a whole test, with one at least", () => {
    const shown = render({ tests: tests(200, { message: "x".repeat(450) }), total: 200 });
    expect(shown.length).toBeLessThan(8_200);
    const count = shown.match(/^FAIL /gm)?.length ?? 0;
    expect(count).toBeGreaterThan(10);
    expect(shown).toContain(`1-${count} of 200 shown, next: offset ${count}`);
    const large = tests(2, { message: Array.from({ length: 99 }, () => "y".repeat(2000)).join("\n") });
    expect(render({ tests: large, total: 2 })).toMatch(/1-1 of 2 shown, next: offset 1$|``` tag1$/);
  });

  it("says nothing more when all is shown, and which part when it is the last page", () => {
    expect(render({ tests: tests(2), total: 2 })).toBe("```failed tests tag1\nFAIL case 0\nFAIL case 1\n``` tag1");
    expect(render({ tests: tests(2), total: 12, offset: 10 })).toMatch(/\n11-12 of 12 shown$/);
  });

  it("calls passing ones tests", () => {
    const shown = render({ tests: [testCase("a", "passed"), ...tests(1)], total: 2, includePassing: true });
    expect(shown).toBe("```tests tag1\nok a\nFAIL case 0\n``` tag1");
  });

  it("says when there is nothing, and when the offset is past the end", () => {
    expect(render({})).toBe("no failed tests");
    expect(render({ total: 12, offset: 50 })).toBe("offset 50 is past the end: 12 failed tests");
    expect(render({ total: 12, offset: 50, includePassing: true })).toBe("offset 50 is past the end: 12 tests");
  });
});
