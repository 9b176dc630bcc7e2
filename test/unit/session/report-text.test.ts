import { describe, expect, it } from "vitest";
import { renderReport } from "../../../src/session/report-text.ts";
import { printed } from "../../support/reports.ts";

describe("the text of an answer", () => {
  const line = "x".repeat(5_000);
  const wide = Array.from({ length: 200 }, (_, index) => `${index} ${line}`).join("\n");

  it("stays within a page, however long its lines are, and says what it cut", () => {
    const shown = renderReport(printed(`${wide}\n`), { alias: 7 });
    expect(shown.length).toBeLessThan(16_000);
    // As many lines as of any output.
    expect(shown.match(/^\d+ x/gm)).toHaveLength(60);
    expect(shown).toMatch(/ more characters\]$/m);
  });

  it("shows lines of an ordinary length whole", () => {
    const lines = Array.from({ length: 60 }, (_, index) => `${index} ${"y".repeat(200)}`);
    expect(renderReport(printed(`${lines.join("\n")}\n`), { alias: 7 })).toContain(lines.join("\n"));
  });
});
